//! `data.external`.

use std::collections::BTreeMap;
use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::DataType;
use wb_sdk::{Context, ErrorKind, OpError};

/// What a program may say at most.
const MOST_OUTPUT: u64 = 16 << 20;
/// How much of its complaints is shown: the end.
const SHOWN_COMPLAINTS: usize = 4_096;

/// Asks a program on this machine. It reads a JSON object of strings from its standard input, and writes one to its standard
/// output. It may run while planning, so it must change nothing.
#[derive(Model)]
pub(crate) struct External {
    /// The program and its arguments. No shell is between.
    #[attr(required)]
    program: Vec<Option<String>>,
    /// The folder that it runs in; the default is the current one.
    #[attr(optional)]
    working_dir: Option<String>,
    /// Strings that it reads.
    #[attr(optional)]
    query: Option<BTreeMap<String, Option<String>>>,
    /// Strings that it writes.
    #[attr(computed)]
    result: Option<BTreeMap<String, String>>,
    /// The string `-`.
    #[attr(computed)]
    id: Option<String>,
}

fn wrong_program(summary: &str, detail: String) -> OpError {
    OpError::new(ErrorKind::Invalid, summary, detail).at(Path::new().attr("program"))
}

impl DataType for External {
    const NAME: &'static str = "external";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        let program = config.attribute("program").and_then(Value::as_elements);
        let is_none = |part: &Value| part.is_null() || part.as_str() == Some("");
        if program.is_some_and(|parts| parts.iter().all(is_none)) {
            let path = Path::new().attr("program");
            problems.error(path, "No program", "The first string must name the program to run.");
        }
        problems
    }

    async fn read(mut config: Self, mut context: Context) -> Result<Self, OpError> {
        let given = config.program.iter().flatten().filter(|part| !part.is_empty());
        let program: Vec<&String> = given.collect();
        let Some((name, arguments)) = program.split_first() else {
            return Err(wrong_program("No program", "The first string must name it.".to_owned()));
        };
        let query: BTreeMap<&String, &String> = config
            .query
            .iter()
            .flatten()
            .filter_map(|(key, value)| Some((key, value.as_ref()?)))
            .collect();
        let query = serde_json::to_vec(&query).unwrap_or_default();
        context.attempt()?;
        let child = Command::new(name)
            .args(arguments)
            .current_dir(context.work_dir.join(config.working_dir.as_deref().unwrap_or(".")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                wrong_program("Cannot run program", format!("{name}: {error}."))
                    .help("A name without / is looked for in PATH. Others are best given with path.module.")
            })?;
        let output = tokio::select! {
            output = talk(child, name, &query) => output?,
            _ = context.cancelled() => {
                let why = "The program was ended.";
                return Err(OpError::new(ErrorKind::Cancelled, "Cancelled", why));
            }
        };
        config.result = Some(parse(&output, name)?);
        config.id = Some("-".to_owned());
        Ok(config)
    }
}

/// Writes the query and reads both outputs, at once: none of the pipes may fill up.
async fn talk(mut child: Child, name: &str, query: &[u8]) -> Result<Vec<u8>, OpError> {
    let fail =
        |error: std::io::Error| wrong_program("Cannot run program", format!("{name}: {error}."));
    let (mut output, mut complaints) = (Vec::new(), Vec::new());
    let stdin = child.stdin.take();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let ask = async {
        let Some(mut stdin) = stdin else { return Ok(()) };
        match stdin.write_all(query).await {
            // A program need not read its query.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written,
        }
    };
    let listen = async {
        match stdout {
            Some(stdout) => stdout.take(MOST_OUTPUT + 1).read_to_end(&mut output).await,
            None => Ok(0),
        }
    };
    let listen_to_complaints = async {
        match stderr {
            Some(stderr) => stderr.take(MOST_OUTPUT).read_to_end(&mut complaints).await,
            None => Ok(0),
        }
    };
    let (asked, heard, complained) = tokio::join!(ask, listen, listen_to_complaints);
    asked.and(heard).and(complained).map_err(fail)?;
    if output.len() as u64 > MOST_OUTPUT {
        return Err(wrong_program("Too much output", format!("{name} wrote more than 16 MiB.")));
    }
    let status = child.wait().await.map_err(fail)?;
    if status.success() {
        return Ok(output);
    }
    let from = complaints.len().saturating_sub(SHOWN_COMPLAINTS);
    let complaints = String::from_utf8_lossy(&complaints[from..]);
    let said = match complaints.trim() {
        "" => "It wrote nothing to its standard error.".to_owned(),
        said => format!("It wrote to its standard error:\n{said}"),
    };
    Err(wrong_program("Program failed", format!("{name} ended with {status}. {said}")))
}

fn parse(output: &[u8], name: &str) -> Result<BTreeMap<String, String>, OpError> {
    let result: BTreeMap<String, Option<String>> =
        serde_json::from_slice(output).map_err(|error| {
            let why = format!("{name} must write a JSON object of strings, and did not: {error}.");
            wrong_program("Unsuitable output", why)
        })?;
    Ok(result.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::ty::Type;
    use wb_sdk::conformance::Bench;

    async fn run(script: &str) -> Result<Value, String> {
        let program = ["sh", "-c", script].map(Value::from);
        let query = [("who", "me".into()), ("none", Value::null(Type::STRING))];
        let config = vec![
            ("program", Value::list(Type::STRING, program)),
            ("query", Value::map(Type::STRING, query)),
        ];
        Bench::new(crate::external::types()).data("external", config).await
    }

    #[tokio::test]
    async fn it_reads_and_writes_strings() {
        let read = run(r#"printf '{"heard":"%s"}' "$(cat | tr -d '"')""#).await.unwrap();
        let result = read.attribute("result").unwrap();
        assert_eq!(*result, Value::map(Type::STRING, [("heard", "{who:me}".into())]));
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told() {
        let why = run("echo oh no >&2; exit 3").await.unwrap_err();
        assert!(why.starts_with("Program failed: sh ended with exit status: 3."), "{why}");
        assert!(why.ends_with("oh no"), "{why}");
        let why = run(r#"echo '{"n":1}'"#).await.unwrap_err();
        assert!(why.starts_with("Unsuitable output: sh must write"), "{why}");
        let config = vec![("program", Value::list(Type::STRING, ["no-such-program".into()]))];
        let why = Bench::new(crate::external::types()).data("external", config).await.unwrap_err();
        assert!(why.starts_with("Cannot run program: no-such-program: "), "{why}");
        let config = vec![("program", Value::list(Type::STRING, ["".into()]))];
        let why = Bench::new(crate::external::types()).data("external", config).await.unwrap_err();
        assert!(why.contains("No program"), "{why}");
    }
}
