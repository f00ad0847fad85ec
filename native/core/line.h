#pragma once

#include "core/wait_word.h"

namespace heddle::core {

/// Receives the rings of words that it listens to. Any thread may ring, so `Ring` only notes
/// the word down and makes the listener's own thread look at it.
class Listener {
 public:
  virtual void Ring(WaitWord* word) = 0;
  /// Rings for all words: a thread has died, and any of them may have been its own.
  virtual void RingAll() = 0;

 protected:
  ~Listener() = default;
};

/// The process's waiters that hold no thread. A listener is entered once for each word,
/// whatever the number of promises behind it.
///
/// Words that processes share are rung across them: the waker counts up the bell word of each
/// process that listens, where a thread of heddle's sleeps on it and rings the process's own.
///
/// Order matters: Listen first, then attempt; a waker changes the word first, then rings. One
/// of the two sees the other.
void Listen(WaitWord* word, Listener* listener, Scope scope);

/// Ends it. After the return, `listener` is not rung for `word` any more.
void StopListening(WaitWord* word, Listener* listener, Scope scope);

/// Rings for all words that processes share, in all processes: one has died, and may have changed
/// any of them without ringing.
void RingAllListeners();

}  // namespace heddle::core
