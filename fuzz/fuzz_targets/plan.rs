#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wb_testkit::fuzz::plan(bytes));
