//! `csvdecode`

use wb_core::text::{Name, normalize};

use super::prelude::*;
use super::support::csv::{CsvError, Reader};

pub(super) const FUNCTION: Function = Function::new(
    "csvdecode",
    "`csvdecode` reads comma-separated values and gives a list of objects, one for each line but the first, which has \
     the names of their attributes.",
    &[Param::new("str", Kind::String, "")],
    Returns::By(result_type),
    Body::With(csvdecode),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    let Some(text) = args[0].as_str() else { return Ok(Type::DYNAMIC) };
    let names = header(&mut Reader::new(text))?;
    Ok(Type::list(Type::object(names.iter().map(|name| (name, Type::STRING)))))
}

/// The names in the first line.
fn header(reader: &mut Reader<'_>) -> Result<Vec<String>, Fault> {
    let names = reader.record().map_err(fault)?;
    let names = names.ok_or_else(|| Fault::new("missing header line"))?;
    let mut sorted: Vec<Name> = names.iter().map(|n| Name::from(normalize(n))).collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Fault::new(format!("duplicate column name {}", quoted(&pair[0])))),
        None => Ok(names),
    }
}

fn csvdecode(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let mut reader = Reader::new(text(&args[0]));
    let names = header(&mut reader)?;
    let ty = Type::object(names.iter().map(|name| (name, Type::STRING)));
    let mut rows = Vec::new();
    while let Some(fields) = reader.record().map_err(fault)? {
        if fields.len() != names.len() {
            let line = reader.line();
            return Err(fault(CsvError { line, message: "wrong number of fields" }));
        }
        env.charge(fields.len() * size_of::<Value>())?;
        let fields = fields.into_iter().map(Value::from);
        rows.push(Value::object(names.iter().zip(fields)));
    }
    Ok(Value::list(ty, rows))
}

fn fault(error: CsvError) -> Fault {
    Fault::new(format!("CSV parse error on line {}: {}", error.line, error.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_objects() {
        check(r#"csvdecode("a,b\n1,\"2\n3\"\n")"#, &expect![[r#"list[{"a": "1", "b": "2\n3"}]"#]]);
        check(r#"csvdecode("a,b\n")"#, &expect!["list(object({a=string,b=string}))[]"]);
    }

    #[test]
    fn mistakes_have_their_line() {
        check(
            r#"csvdecode("")"#,
            &expect![[
                r#"Error in function call: Call to function "csvdecode" failed: missing header line. <csvdecode("")>"#
            ]],
        );
        check(
            r#"csvdecode("a,a\n")"#,
            &expect![[
                r#"Error in function call: Call to function "csvdecode" failed: duplicate column name "a". <csvdecode("a,a\n")>"#
            ]],
        );
        check(
            r#"csvdecode("a,b\n\n1")"#,
            &expect![[
                r#"Error in function call: Call to function "csvdecode" failed: CSV parse error on line 3: wrong number of fields. <csvdecode("a,b\n\n1")>"#
            ]],
        );
        check(
            r#"csvdecode("a\n\"")"#,
            &expect![[
                r#"Error in function call: Call to function "csvdecode" failed: CSV parse error on line 2: extraneous or missing " in quoted-field. <csvdecode("a\n\"")>"#
            ]],
        );
    }
}
