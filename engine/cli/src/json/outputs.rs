//! Outputs: `output -json`.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use wb_core::json::encode_type;
use wb_state::Output;

use super::out::Out;
use super::values;
use crate::stored;

/// Writes all outputs, with their types.
///
/// # Errors
/// Where they cannot be written.
pub fn outputs(all: &BTreeMap<Arc<str>, Output>, to: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Out::new(to);
    out.object(|out| {
        for (name, output) in all {
            let value = stored::output(output);
            out.key(name).object(|out| {
                out.key("sensitive").plain(output.sensitive);
                out.key("type").raw(&encode_type(value.ty()));
                values::known(out.key("value"), &value);
            });
        }
    });
    out.finish()
}

/// Writes the value of one.
///
/// # Errors
/// Where it cannot be written.
pub fn output(output: &Output, to: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Out::new(to);
    values::known(&mut out, &stored::output(output));
    out.finish()
}
