//! What expressions refer to, where modules come from, and paths in states.

use serde_json::{Value as Json, json};

use wb_core::addr::{ModuleSource, ResourceAddr};
use wb_core::source::FileId;
use wb_hcl::parse_traversal;
use wb_lang::reference::{Key, Reference, Subject};
use wb_state::{AttrPath, IndexKey, PathStep};

use super::addresses::resource_text;
use super::{Outcome, Row, go, same_error};
use crate::table::Unreadable;

type Judged = Result<Outcome, Unreadable>;

pub(super) fn reference(row: &Row<'_>) -> Judged {
    let (traversal, diags) = parse_traversal(FileId::from_index(0), row.text("Input")?, false);
    let traversal = traversal.filter(|_| !diags.has_errors());
    let traversal = traversal.ok_or_else(|| Unreadable("no reference".to_owned()))?;
    let got = match row.text("test")? {
        "TestParseRefInTestingScope" => Reference::parse_in_test(&traversal),
        _ => Reference::parse(&traversal),
    };
    let want_error = row.text("WantErr").unwrap_or_default();
    Ok(match got {
        Err(error) => {
            let problem = wb_core::diag::Diagnostic::from(error).detail;
            match want_error {
                "" => Outcome::Wrong(json!({"error": problem})),
                want => same_error(&problem, want),
            }
        }
        Ok(got) if !want_error.is_empty() => Outcome::Wrong(json!(got.subject.to_string())),
        Ok(got) => {
            let want = row.field("Want")?;
            let rest = want.get("Remaining").and_then(Json::as_object);
            let rest = rest.map_or(0, |rest| rest.keys().filter(|key| *key != "$go").count());
            let (text, rest_here) = (subject_text(&got.subject), got.rest().count());
            match expected_subject(want.get("Subject").unwrap_or(&Json::Null))? {
                // An output belongs to the subject there, also where another step follows.
                want if text == want && rest_here == rest => Outcome::Right,
                _ => Outcome::Wrong(json!([text, rest_here])),
            }
        }
    })
}

fn subject_text(subject: &Subject<'_>) -> String {
    match subject {
        Subject::Resource { mode, kind, name, key } => {
            resource_text(&ResourceAddr::new(*mode, kind, name), &Default::default())
                + &key_text(*key)
        }
        Subject::Module { name, key, output } => {
            let output = output.map(|output| format!(".{output}")).unwrap_or_default();
            format!("module.{name}{}{output}", key_text(*key))
        }
        other => other.to_string(),
    }
}

fn key_text(key: Key<'_>) -> String {
    match key {
        Key::Whole => String::new(),
        Key::Int(index) => format!("[{index}]"),
        Key::String(text) => format!("[{}]", wb_core::text::quote(text)),
    }
}

fn expected_subject(json: &Json) -> Result<String, Unreadable> {
    let name = json.get("Name").and_then(Json::as_str).unwrap_or_default();
    let inner = |field: &str| json.get(field).unwrap_or(&Json::Null);
    let key = || -> Result<String, Unreadable> {
        let key = json.get("Key");
        key.map_or(Ok(String::new()), |key| go::key(key).map(|key| key.to_string()))
    };
    Ok(match json.get("$go").and_then(Json::as_str).unwrap_or_default() {
        "CountAttr" => format!("count.{name}"),
        "ForEachAttr" => format!("each.{name}"),
        "LocalValue" => format!("local.{name}"),
        "InputVariable" => format!("var.{name}"),
        "PathAttr" => format!("path.{name}"),
        "TerraformAttr" => format!("terraform.{name}"),
        "OutputValue" => format!("output.{name}"),
        "Run" => format!("run.{name}"),
        "Check" => format!("check.{name}"),
        "Resource" => resource_text(&go::resource(json)?, &Default::default()),
        "ResourceInstance" => {
            resource_text(&go::resource(inner("Resource"))?, &go::key(inner("Key"))?)
        }
        "ModuleCall" => format!("module.{name}"),
        "ModuleCallInstance" => format!("{}{}", expected_subject(inner("Call"))?, key()?),
        "ModuleCallOutput" | "ModuleCallInstanceOutput" => {
            format!("{}.{name}", expected_subject(inner("Call"))?)
        }
        _ if json.get("$enum").and_then(Json::as_str) == Some("Self") => "self".to_owned(),
        _ => {
            let why = json.get("$unsupported").unwrap_or(json);
            return Err(Unreadable(format!("left out when the table was made: {why}")));
        }
    })
}

pub(super) fn module_source(row: &Row<'_>) -> Judged {
    let input = row.text("input")?;
    let got = match row.text("test")? {
        "TestParseModuleSourceRegistry" => ModuleSource::parse_registry(input),
        _ => ModuleSource::parse(input),
    };
    let want_error = row.text("wantErr").unwrap_or_default();
    let got = match got {
        Err(error) if want_error.is_empty() => {
            return Ok(Outcome::Wrong(json!({"error": error.to_string()})));
        }
        Err(error) => return Ok(same_error(&error.to_string(), want_error)),
        Ok(got) if !want_error.is_empty() => return Ok(Outcome::Wrong(json!(got.to_string()))),
        Ok(got) => got,
    };
    if let Ok(want) = row.text("wantString") {
        // The two default registries are one.
        let on_terraform = want.replace("registry.opentofu.org/", "registry.terraform.io/");
        let is_right = [want, &*on_terraform].contains(&&*got.to_string());
        return Ok(if is_right { Outcome::Right } else { Outcome::Wrong(json!(got.to_string())) });
    }
    let Some(want) = row.get("want") else {
        return Ok(Outcome::Skipped("the row says nothing about the result".to_owned()));
    };
    let subdir = want.get("Subdir").and_then(Json::as_str).unwrap_or_default();
    let is_right = match (&got, want.get("$go").and_then(Json::as_str)) {
        (ModuleSource::Registry(module), Some("ModuleSourceRegistry")) => {
            let package = want.get("Package").unwrap_or(&Json::Null);
            let part = |name: &str| package.get(name).and_then(Json::as_str).unwrap_or_default();
            let host = package.get("Host").and_then(|host| host.get("args")?.get(0)?.as_str());
            let path = [part("Namespace"), part("Name"), part("TargetSystem")].join("/");
            let is_default = module.is_on_default_host() && host == Some("registry.opentofu.org");
            let is_same_host = host.is_none_or(|host| *host == *module.host) || is_default;
            is_same_host && module.protocol_path() == path && *module.subdir == *subdir
        }
        (ModuleSource::Remote(module), Some("ModuleSourceRemote")) => *module.subdir == *subdir,
        (ModuleSource::Local(_), None) => {
            // All that these rows leave is that the source is local.
            want.get("$unsupported").and_then(Json::as_str).is_some_and(|why| why.contains("Local"))
        }
        _ => false,
    };
    Ok(if is_right { Outcome::Right } else { Outcome::Wrong(json!(got.to_string())) })
}

pub(super) fn state_paths(row: &Row<'_>) -> Judged {
    let want = row.field("paths").ok().and_then(Json::as_array);
    let Some(want) = want else {
        return Ok(Outcome::Skipped(
            "the row holds a state in the form of a Go program".to_owned(),
        ));
    };
    let want = want.iter().map(read_path).collect::<Result<Vec<_>, _>>()?;
    if row.text("test")? == "TestVersion4_marshalPaths" {
        let got = AttrPath::write_list(&want);
        let is_right = got == row.text("json")?;
        return Ok(if is_right { Outcome::Right } else { Outcome::Wrong(json!(got)) });
    }
    let (got, errors) = AttrPath::read_list(row.text("json")?);
    let expects_errors = row.get("diags").and_then(Json::as_array).is_some_and(|d| !d.is_empty());
    let is_right = got == want && errors.is_empty() != expects_errors;
    Ok(if is_right { Outcome::Right } else { Outcome::Wrong(json!(AttrPath::write_list(&got))) })
}

fn read_path(json: &Json) -> Result<AttrPath, Unreadable> {
    let unreadable = || Unreadable(format!("no path: {json}"));
    let steps = json.get("$path").and_then(Json::as_array).ok_or_else(unreadable)?;
    let step = |pair: &[Json]| {
        let [kind, argument] = pair else { return Err(unreadable()) };
        let text = || argument.as_str().map(str::to_owned).ok_or_else(unreadable);
        match kind.as_str().unwrap_or_default().trim_start_matches("cty.").trim_end_matches("Path")
        {
            "GetAttr" => Ok(PathStep::Attribute(text()?)),
            "IndexString" => Ok(PathStep::Index(IndexKey::String(text()?))),
            "IndexInt" => Ok(PathStep::Index(IndexKey::Number(argument.to_string()))),
            _ => Err(unreadable()),
        }
    };
    steps.chunks(2).map(step).collect::<Result<_, _>>().map(AttrPath)
}
