# What ships: `npm install` without a prebuilt binary compiles the addon from this file. Developers who want
# compile_commands.json, warnings as errors or sanitizers use CMakeLists.txt; both read native/sources.txt.
{
  'targets': [
    {
      'target_name': 'heddle',
      'sources': ['<!@(node scripts/sources.cjs <(OS))'],
      'include_dirs': [
        'native',
        '<!(node -p "require(\'node-addon-api\').include_dir")',
      ],
      'defines': ['NAPI_VERSION=9', 'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS'],
      # Node's common.gypi asks for its own standard and -O3. Flags given here come after its own, and of two
      # -std the last one counts. It also switches exceptions and RTTI off, which is what the addon wants.
      'cflags!': ['-O3'],
      'cflags': ['-O2', '-fvisibility=hidden', '-ffunction-sections', '-fdata-sections', '-pthread'],
      'cflags_cc': ['-std=c++20', '-Wall', '-Wextra', '-fno-exceptions', '-fno-rtti'],
      'conditions': [
        ['OS=="linux"', {
          # Never unloaded: Node does that when the last thread that has loaded it ends, a moment before it
          # closes the handles of that thread's loop, whose callbacks are in here.
          'ldflags': ['-pthread', '-Wl,--gc-sections', '-Wl,-z,nodelete'],
        }],
        ['OS=="mac"', {
          'xcode_settings': {
            'CLANG_CXX_LANGUAGE_STANDARD': 'c++20',
            'GCC_ENABLE_CPP_EXCEPTIONS': 'NO',
            'GCC_ENABLE_CPP_RTTI': 'NO',
            'GCC_OPTIMIZATION_LEVEL': '2',
            'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
            'MACOSX_DEPLOYMENT_TARGET': '11.0',
            'DEAD_CODE_STRIPPING': 'YES',
          },
        }],
        ['OS=="win"', {
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['/std:c++20']}},
          'libraries': ['-lsynchronization.lib'],
        }],
      ],
    },
  ],
}
