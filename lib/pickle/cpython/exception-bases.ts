/**
 * Python's exceptions that a pickle may have, and what each extends. Where heddle or JavaScript has
 * the class, that is used; else one is made when it is first met.
 */
export const BASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'builtins.BaseException':
      'Exception BaseExceptionGroup GeneratorExit KeyboardInterrupt SystemExit',
    'builtins.BaseExceptionGroup': 'ExceptionGroup',
    'builtins.Exception':
      'ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError ' +
      'MemoryError NameError OSError ReferenceError RuntimeError StopAsyncIteration StopIteration ' +
      'SyntaxError SystemError TypeError ValueError Warning ' +
      '_queue.Empty queue.Full queue.ShutDown _pickle.PickleError pickle.PickleError ' +
      'multiprocessing.context.ProcessError multiprocessing.managers.RemoteError ' +
      'multiprocessing.pool.MaybeEncodingError multiprocessing.pool.RemoteTraceback ' +
      'concurrent.futures._base.Error concurrent.futures.process._RemoteTraceback ' +
      'subprocess.SubprocessError',
    'builtins.ArithmeticError': 'FloatingPointError OverflowError ZeroDivisionError',
    'builtins.ImportError': 'ModuleNotFoundError',
    'builtins.LookupError': 'IndexError KeyError',
    'builtins.NameError': 'UnboundLocalError',
    'builtins.OSError':
      'BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError ' +
      'InterruptedError IsADirectoryError NotADirectoryError PermissionError ProcessLookupError ' +
      'TimeoutError',
    'builtins.ConnectionError':
      'BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError',
    'builtins.RuntimeError':
      'NotImplementedError PythonFinalizationError RecursionError threading.BrokenBarrierError ' +
      'concurrent.futures._base.BrokenExecutor',
    'builtins.SyntaxError': 'IndentationError',
    'builtins.IndentationError': 'TabError',
    'builtins.ValueError': 'UnicodeError',
    'builtins.UnicodeError': 'UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError',
    'builtins.Warning':
      'BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning ' +
      'PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning ' +
      'UserWarning',
    '_pickle.PickleError': '_pickle.PicklingError _pickle.UnpicklingError',
    'multiprocessing.context.ProcessError':
      'multiprocessing.context.AuthenticationError multiprocessing.context.BufferTooShort ' +
      'multiprocessing.context.TimeoutError',
    'concurrent.futures._base.Error':
      'concurrent.futures._base.CancelledError concurrent.futures._base.InvalidStateError',
    'concurrent.futures._base.BrokenExecutor':
      'concurrent.futures.process.BrokenProcessPool concurrent.futures.thread.BrokenThreadPool',
  }).flatMap(([base, names]) =>
    names
      .split(' ')
      .map((name): [string, string] => [name.includes('.') ? name : `builtins.${name}`, base]),
  ),
);
