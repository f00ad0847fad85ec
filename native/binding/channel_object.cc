#include "binding/channel_object.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "binding/args.h"
#include "binding/async_hub.h"
#include "binding/made.h"
#include "binding/value_codec.h"
#include "core/block.h"

namespace heddle::binding {
namespace {

using core::Outcome;

/// Per thread: the characters of the string that is being put.
thread_local std::vector<char16_t> t_scratch;

/// By what a message is ordered: a number, or bytes (core/order_key.h) after their length in four
/// bytes. Left out, there is none.
class Key {
 public:
  Key(napi_env env, napi_value value, core::Outgoing& message) {
    double number = 0;
    size_t size = 0;
    void* data = nullptr;
    bool is_typed_array = false;
    if (napi_get_value_double(env, value, &number) == napi_ok) {
      key_ = core::NumberKey(number);
    } else if (napi_is_typedarray(env, value, &is_typed_array) == napi_ok && is_typed_array) {
      napi_get_typedarray_info(env, value, nullptr, &size, &data, nullptr, nullptr);
      uint32_t length = 0;
      if (size < sizeof length) return;
      std::memcpy(&length, data, sizeof length);
      key_.assign(static_cast<char*>(data) + sizeof length,
                  std::min<size_t>(length, size - sizeof length));
    }
    message.key = key_.data();
    message.key_size = key_.size();
  }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

 private:
  std::string key_;
};

/// Puts and returns the message's position (0 or more), or minus the outcome. Of keys that have no
/// order the words A and B tell: where in the key, and what the other has there.
napi_value Put(const Args& args, core::Channel& channel, core::Outgoing& message,
               int64_t deadline) {
  uint64_t position = 0;
  core::KeyConflict conflict;
  message.conflict = &conflict;
  Outcome outcome = channel.Put(message, deadline, args.environment().parker(), &position);
  if (outcome == Outcome::kNotOrdered) {
    args.environment().words()[Staging::kA] = static_cast<int32_t>(conflict.at);
    args.environment().words()[Staging::kB] = static_cast<int32_t>(conflict.other);
  }
  if (outcome != Outcome::kDone) return args.Return(-static_cast<int32_t>(outcome));
  return args.Return(static_cast<double>(position));
}

/// putValue(value, shape, a, b, seconds, key): position, minus the outcome, or undefined where the
/// value has to be packed
napi_value PutValue(napi_env env, napi_callback_info info) {
  ChannelObject* self;
  Args args(env, info, &self);
  core::Outgoing message;
  if (!EncodeValue(env, args[0], message, t_scratch)) return nullptr;
  message.shape = static_cast<uint8_t>(args.Unsigned(1));
  message.a = args.Int(2);
  message.b = args.Int(3);
  if (!args.IsPassed(5)) return Put(args, self->channel(), message, args.Deadline(4));
  Key key(env, args[5], message);
  return Put(args, self->channel(), message, args.Deadline(4));
}

/// Reads the array of our objects that a message carries. False with an exception pending if
/// one cannot be sent.
bool ReadAttachments(const Args& args, napi_value array, std::vector<core::Resource*>& found) {
  napi_env env = args.env();
  uint32_t count = 0;
  napi_get_array_length(env, array, &count);
  for (uint32_t i = 0; i < count; ++i) {
    napi_value element;
    napi_get_element(env, array, i, &element);
    Object* object = Unwrap(env, element);
    if (object == nullptr || object->resource() == nullptr) {
      napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "heddle: not an object that travels");
      return false;
    }
    found.push_back(object->resource());
  }
  return true;
}

/// putPacked(codec, length, [bytes, attachments, seconds, key] or undefined, shape, a, b): as
/// putValue. The payload is the first `length` bytes of the outgoing staging memory, or `bytes`
/// where they are a typed array. Without seconds it waits for ever.
napi_value PutPacked(napi_env env, napi_callback_info info) {
  ChannelObject* self;
  Args args(env, info, &self);
  core::Outgoing message;
  message.codec = static_cast<core::Codec>(args.Unsigned(0));
  message.size = args.Unsigned(1);
  message.payload = args.environment().staging() + Staging::kOutgoing;
  std::vector<core::Resource*> attachments;
  int64_t deadline = os::kForever;
  std::optional<Key> key;
  if (args.Has(2)) {
    napi_value bytes, list, seconds, by;
    napi_get_element(env, args[2], 0, &bytes);
    napi_get_element(env, args[2], 1, &list);
    napi_get_element(env, args[2], 2, &seconds);
    if (napi_get_element(env, args[2], 3, &by) == napi_ok) key.emplace(env, by, message);
    bool is_typed_array = false, is_array = false;
    if (napi_is_typedarray(env, bytes, &is_typed_array) == napi_ok && is_typed_array) {
      void* data = nullptr;
      napi_get_typedarray_info(env, bytes, nullptr, &message.size, &data, nullptr, nullptr);
      message.payload = data;
    }
    if (napi_is_array(env, list, &is_array) == napi_ok && is_array) {
      if (!ReadAttachments(args, list, attachments)) return nullptr;
      message.attachments = attachments.data();
      message.attachment_count = static_cast<uint32_t>(attachments.size());
    }
    deadline = args.DeadlineOf(seconds);
  }
  message.shape = static_cast<uint8_t>(args.Unsigned(3));
  message.a = args.Int(4);
  message.b = args.Int(5);
  return Put(args, self->channel(), message, deadline);
}

/// Says what there is to know about a message, and returns its value.
napi_value Tell(Environment& environment, core::Incoming& message) {
  int32_t* words = environment.words();
  words[Staging::kA] = message.a;
  words[Staging::kB] = message.b;
  words[Staging::kShape] = message.shape;
  words[Staging::kCodec] = static_cast<int32_t>(message.codec);
  words[Staging::kLength] = static_cast<int32_t>(message.size);
  words[Staging::kAttachments] = static_cast<int32_t>(message.attachments.size());
  return DecodeValue(environment, message);
}

/// take(seconds): the value; about the message see Staging::Word.
napi_value Take(napi_env env, napi_callback_info info) {
  ChannelObject* self;
  Args args(env, info, &self);
  Environment& environment = args.environment();
  core::Incoming& message = environment.incoming();
  Outcome outcome = self->channel().Take(message, args.Deadline(0), environment.parker());
  environment.words()[Staging::kOutcome] = static_cast<int32_t>(outcome);
  return outcome == Outcome::kDone ? Tell(environment, message) : nullptr;
}

/// peek(position): as take, of a message that stays where it is
napi_value Peek(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  if (self == nullptr) return nullptr;
  core::Incoming& message = args.environment().incoming();
  bool found = self->channel().Peek(static_cast<uint64_t>(args.Number(0)), message);
  return found ? Tell(args.environment(), message) : nullptr;
}

/// takeAttachments(): the objects that came with the message taken last.
napi_value TakeAttachments(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Environment& environment = args.environment();
  std::vector<core::Ref<core::Resource>> attachments;
  attachments.swap(environment.incoming().attachments);
  napi_value array;
  napi_create_array_with_length(env, attachments.size(), &array);
  for (uint32_t i = 0; i < attachments.size(); ++i) {
    // What cannot be had any more stays undefined.
    if (!attachments[i]) continue;
    napi_value object = NewInstance(environment, std::move(attachments[i]));
    if (object == nullptr) return nullptr;
    napi_set_element(env, array, i, object);
  }
  return array;
}

napi_value StartAsync(napi_env env, napi_callback_info info, AsyncHub::Operation operation,
                      core::WaitWord& (core::Channel::*word)()) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  if (self == nullptr) return nullptr;
  core::Channel& channel = self->channel();
  return args.Return(args.environment().hub().Start(
      &(channel.*word)(), {args.Unsigned(0), operation, args.Bool(1), 0, channel.scope(),
                           core::Ref<core::Resource>::Share(&channel)}));
}

/// readableAsync(id, keepsAlive): Outcome
napi_value ReadableAsync(napi_env env, napi_callback_info info) {
  return StartAsync(env, info, AsyncHub::Operation::kReadChannel, &core::Channel::readable);
}

/// writableAsync(id, keepsAlive): Outcome
napi_value WritableAsync(napi_env env, napi_callback_info info) {
  return StartAsync(env, info, AsyncHub::Operation::kWriteChannel, &core::Channel::writable);
}

/// finishedAsync(id, keepsAlive): Outcome
napi_value FinishedAsync(napi_env env, napi_callback_info info) {
  return StartAsync(env, info, AsyncHub::Operation::kFinishChannel,
                    &core::Channel::unfinished_word);
}

/// revoke(position): whether the message was still there
napi_value Revoke(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  if (self == nullptr) return nullptr;
  return args.Return(self->channel().Revoke(static_cast<uint64_t>(args.Number(0))));
}

/// isQueued(position): whether nobody has taken the message
napi_value IsQueued(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  if (self == nullptr) return nullptr;
  return args.Return(self->channel().IsQueued(static_cast<uint64_t>(args.Number(0))));
}

/// close(drops): whether what is left is dropped
napi_value Close(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  if (self == nullptr) return nullptr;
  if (args.Bool(0)) {
    self->channel().CloseAndDrop();
  } else {
    self->channel().Close();
  }
  return nullptr;
}

/// finish(): false if all is finished already
napi_value Finish(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  return self == nullptr ? nullptr : args.Return(self->channel().Finish());
}

/// waitFinished(seconds): Outcome
napi_value WaitFinished(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  if (self == nullptr) return nullptr;
  core::Channel& channel = self->channel();
  return args.Return(core::Block(channel.unfinished_word(), channel.scope(), args.Deadline(0),
                                 args.environment().parker(),
                                 [&](bool) { return channel.unfinished().TryZero(); }));
}

napi_value SetMostItems(napi_env env, napi_callback_info info) {
  Args args(env, info);
  if (auto* self = args.Self<ChannelObject>()) {
    self->channel().SetMostItems(static_cast<int64_t>(args.Number(0)));
  }
  return nullptr;
}

napi_value GetMostItems(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  return self == nullptr ? nullptr : args.Return(static_cast<double>(self->channel().MostItems()));
}

napi_value GetClosed(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  return self == nullptr ? nullptr : args.Return(self->channel().IsClosed());
}

napi_value GetSize(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  return self == nullptr ? nullptr : args.Return(static_cast<double>(self->channel().Size()));
}

napi_value GetShared(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ChannelObject>();
  if (self == nullptr) return nullptr;
  return args.Return(self->channel().scope() == core::Scope::kShared);
}

/// createChannel(shared, mostItems, order, counts): Channel
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return Made(args.environment(),
              core::Channel::Create(args.Bool(0) ? core::Scope::kShared : core::Scope::kPrivate,
                                    static_cast<int64_t>(args.Number(1)),
                                    static_cast<core::Order>(args.Unsigned(2)), args.Bool(3)));
}

}  // namespace

napi_value NewChannel(Environment& environment, core::Ref<core::Resource> channel) {
  auto* object = new ChannelObject(environment, std::move(channel));
  napi_value instance = NewInstance(environment, object);
  if (instance == nullptr) return nullptr;
  napi_property_descriptor bound[] = {
      BoundMethod("putValue", PutValue, object),
      BoundMethod("putPacked", PutPacked, object),
      BoundMethod("take", Take, object),
  };
  napi_define_properties(environment.env(), instance, std::size(bound), bound);
  return instance;
}

void RegisterChannel(Environment& environment, napi_value exports) {
  napi_property_descriptor methods[] = {
      Method("readableAsync", ReadableAsync, environment),
      Method("writableAsync", WritableAsync, environment),
      Method("peek", Peek, environment),
      Method("revoke", Revoke, environment),
      Method("isQueued", IsQueued, environment),
      Method("close", Close, environment),
      Method("finish", Finish, environment),
      Method("waitFinished", WaitFinished, environment),
      Method("finishedAsync", FinishedAsync, environment),
      Method("setMostItems", SetMostItems, environment),
      Getter("mostItems", GetMostItems, environment),
      Getter("closed", GetClosed, environment),
      Getter("shared", GetShared, environment),
      Getter("size", GetSize, environment),
  };
  DefineClass(environment, ClassId::kChannel, "Channel", methods, std::size(methods));
  Export(environment, exports, "createChannel", Create);
  Export(environment, exports, "takeAttachments", TakeAttachments);
}

}  // namespace heddle::binding
