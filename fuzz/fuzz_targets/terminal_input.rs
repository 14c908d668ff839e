#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| threadloupe::fuzzing::terminal_input(input));
