//! Addresses of modules, resources, providers and what is said of them.

use serde_json::{Value as Json, json};

use wb_core::addr::{
    AbsInstance, AbsResource, AddrError, ConfigMoveable, ConfigResource, InstanceKey, Mode,
    ModuleInstance, ModulePath, MoveEndpoint, Provider, ProviderConfig, ProviderInstance,
    RemoveEndpoint, ResourceAddr, Target, Written, unify,
};

use super::go::{self, Shape};
use super::{Outcome, Row, same, same_error};
use crate::table::Unreadable;

type Judged = Result<Outcome, Unreadable>;

pub(super) fn instance_key(row: &Row<'_>) -> Judged {
    let key = go::key(row.field("Key")?)?;
    Ok(same(key.to_string(), &row.text("Want")?.to_owned()))
}

pub(super) fn target(row: &Row<'_>) -> Judged {
    let got = Target::parse(row.text("Input")?);
    let shape = |target: &Target| match target {
        Target::Module(module) => Shape::of_module(module),
        Target::Resource(resource) => Shape::of_resource(resource),
        Target::Instance(instance) => Shape::of_instance(instance),
    };
    parsed(row, got.as_ref().map(shape), row.get("Want").and_then(|want| want.get("Subject")))
}

pub(super) fn remove_endpoint(row: &Row<'_>) -> Judged {
    let got = RemoveEndpoint::parse(row.text("Input")?);
    let shape = |endpoint: &RemoveEndpoint| match endpoint {
        RemoveEndpoint::Module(module) => Shape::of_path(module),
        RemoveEndpoint::Resource(resource) => Shape::of_config(resource),
    };
    parsed(row, got.as_ref().map(shape), row.get("WantRel"))
}

pub(super) fn move_endpoint(row: &Row<'_>) -> Judged {
    let shape = |endpoint: &MoveEndpoint| match &endpoint.subject {
        Written::Module(module) => Shape::of_module(module),
        Written::Instance(instance) => Shape::of_instance(instance),
    };
    match row.text("test")? {
        "TestParseMoveEndpoint" => {
            let got = MoveEndpoint::parse(row.text("Input")?);
            parsed(row, got.as_ref().map(shape), row.get("WantRel"))
        }
        "TestUnifyMoveEndpoints" => {
            let module = go::module_path(row.field("Module")?)?;
            let end = |field| {
                let text = row.text(field)?;
                MoveEndpoint::parse(text).map_err(|e| Unreadable(format!("{text}: {}", e.detail())))
            };
            let got = unify(&module, &end("InputFrom")?, &end("InputTo")?);
            let got = got.map_or([String::new(), String::new()], |(from, to)| {
                [from.to_string(), to.to_string()]
            });
            let want = [row.text("WantFrom")?, row.text("WantTo")?];
            Ok(if got == want { Outcome::Right } else { Outcome::Wrong(json!(got)) })
        }
        "TestMoveEndpointConfigMoveable" => {
            let module = go::module_path(row.field("Module")?)?;
            let input = row.text("Input")?;
            let endpoint = MoveEndpoint::parse(input).map_err(|e| Unreadable(e.detail()))?;
            let got = match endpoint.config(&module) {
                ConfigMoveable::Module(module) => Shape::of_path(&module),
                ConfigMoveable::Resource(resource) => Shape::of_config(&resource),
            };
            let is_right = got.agrees(&Shape::expected(row.field("Want")?)?);
            Ok(if is_right { Outcome::Right } else { Outcome::Wrong(json!(got.to_string())) })
        }
        other => Ok(Outcome::Skipped(format!("no runner for {other}"))),
    }
}

pub(super) fn move_module(row: &Row<'_>) -> Judged {
    match row.text("test")? {
        "TestModuleInstanceMoveDestination" => moved(row, |text, from, to| {
            let module = match text {
                "" => ModuleInstance::default(),
                text => ModuleInstance::parse(text)?,
            };
            Ok(module.move_destination(from, to).map(|module| module.to_string()))
        }),
        "TestAbsResourceInstanceMoveDestination" => moved(row, |text, from, to| {
            let instance = AbsInstance::parse(text)?;
            Ok(instance.move_destination(from, to).map(|instance| instance.to_string()))
        }),
        "TestAbsResourceMoveDestination" => moved(row, |text, from, to| {
            let resource = AbsResource::parse(text)?;
            Ok(resource.move_destination(from, to).map(|resource| resource.to_string()))
        }),
        "TestMoveEndpointChainAndNested" => {
            let end = |field: &str, module: &str| -> Result<Pattern, Unreadable> {
                let module = go::module_path(row.get(module).unwrap_or(&Json::Null))?;
                Ok(Pattern { module, ..go::pattern(row.field(field)?)? })
            };
            let (end, other) = (end("Endpoint", "EndpointMod")?, end("Other", "OtherMod")?);
            let got = (end.can_chain_from(&other), end.is_nested_within(&other));
            let want = (row.flag("CanChainFrom"), row.flag("NestedWithin"));
            Ok(if got == want { Outcome::Right } else { Outcome::Wrong(json!(got)) })
        }
        "TestSelectsModule" => {
            let got = go::pattern(row.field("Endpoint")?)?;
            let module = go::module_instance(row.field("Addr")?)?;
            Ok(same(got.selects_module(&module), &row.flag("Selects")))
        }
        "TestIsModuleMoveReIndex" => {
            let (from, to) = (go::pattern(row.field("from")?)?, go::pattern(row.field("to")?)?);
            Ok(same(from.is_module_reindex(&to), &row.flag("expect")))
        }
        other => Ok(Outcome::Skipped(format!("no runner for {other}"))),
    }
}

type Pattern = wb_core::addr::MovePattern;

fn moved(
    row: &Row<'_>,
    destination: impl Fn(&str, &Pattern, &Pattern) -> Result<Option<String>, AddrError>,
) -> Judged {
    let unreadable = |e: &AddrError| Unreadable(e.detail());
    let names = row.text("DeclModule")?.split('.').filter(|name| !name.is_empty());
    let module = ModulePath::new(names.map(Into::into));
    let end = |field| MoveEndpoint::parse(row.text(field)?).map_err(|e| unreadable(&e));
    let Some((from, to)) = unify(&module, &end("StmtFrom")?, &end("StmtTo")?) else {
        return Ok(Outcome::Wrong(json!("the two ends are of different kinds")));
    };
    let got = destination(row.text("Receiver")?, &from, &to).map_err(|e| unreadable(&e))?;
    let want =
        row.bool("WantMatch")?.then(|| row.text("WantResult").unwrap_or_default().to_owned());
    Ok(if got == want { Outcome::Right } else { Outcome::Wrong(json!(got)) })
}

pub(super) fn resource(row: &Row<'_>) -> Judged {
    match row.text("test")? {
        "TestParseConfigResource" => {
            let got = ConfigResource::parse(row.text("Input")?);
            let got = got.as_ref().map(Shape::of_config);
            parsed(row, got, row.get("WantConfigResource"))
        }
        "TestResourceLess" => {
            let (left, right) =
                (go::resource(row.field("left")?)?, go::resource(row.field("right")?)?);
            Ok(same(left < right, &row.bool("want")?))
        }
        test if test.ends_with("_false") => {
            let sides = [row.field("left")?, row.field("right")?].map(Shape::expected);
            let [left, right] = sides;
            let (left, right) = (left?, right?);
            if left.is_partial || right.is_partial {
                return Ok(Outcome::Skipped("the row leaves out the module".to_owned()));
            }
            Ok(same(left == right, &false))
        }
        other => Ok(Outcome::Skipped(format!("no runner for {other}"))),
    }
}

/// An address that was read, or why it could not be.
fn parsed(row: &Row<'_>, got: Result<Shape, &AddrError>, want: Option<&Json>) -> Judged {
    let want_error = row.text("WantErr").unwrap_or_default();
    Ok(match got {
        Err(error) if want_error.is_empty() => Outcome::Wrong(json!({"error": error.detail()})),
        Err(error) => {
            let (summary, detail) = (error.summary(), error.detail());
            same_error(&format!("{summary}: {detail}"), want_error)
        }
        Ok(got) if !want_error.is_empty() => Outcome::Wrong(json!(got.to_string())),
        Ok(got) => {
            let want = Shape::expected(want.unwrap_or(&Json::Null))?;
            if got.agrees(&want) { Outcome::Right } else { Outcome::Wrong(json!(got.to_string())) }
        }
    })
}

pub(super) fn provider(row: &Row<'_>) -> Judged {
    let input = || go::provider(row.field("Input")?);
    match row.text("test")? {
        "TestProviderString" => Ok(same(input()?.to_string(), &row.text("Want")?.to_owned())),
        "TestProviderDisplay" => Ok(same(input()?.for_display(), &row.text("Want")?.to_owned())),
        "TestProviderIsDefaultProvider" => Ok(same(input()?.is_default(), &row.bool("Want")?)),
        "TestProviderIsBuiltIn" => Ok(same(input()?.is_builtin(), &row.bool("Want")?)),
        "TestProviderIsLegacy" => Ok(same(input()?.is_legacy(), &row.bool("Want")?)),
        "TestProviderEquals" => {
            let other = go::provider(row.field("OtherP")?)?;
            Ok(same(go::provider(row.field("InputP")?)? == other, &row.bool("Want")?))
        }
        "TestParseProviderSourceStr" => {
            let is_wrong = row.bool("Err")?;
            Ok(match Provider::parse(row.text("case")?) {
                Err(_) if is_wrong => Outcome::Right,
                Err(error) => Outcome::Wrong(json!({"error": error.to_string()})),
                Ok(got) if is_wrong => Outcome::Wrong(json!(got.to_string())),
                Ok(got) => {
                    let is_right = got.is_same(&go::provider(row.field("Want")?)?);
                    if is_right { Outcome::Right } else { Outcome::Wrong(json!(got.to_string())) }
                }
            })
        }
        "TestParseProviderPart" => {
            let want_error = row.text("Error")?;
            Ok(match Provider::part(row.text("case")?) {
                Err(error) if !want_error.is_empty() => same_error(error, want_error),
                Err(error) => Outcome::Wrong(json!({"error": error})),
                Ok(got) => same(got, &row.text("Want")?.to_owned()),
            })
        }
        other => Ok(Outcome::Skipped(format!("{other} is about a form of addresses before 2020"))),
    }
}

pub(super) fn provider_config(row: &Row<'_>) -> Judged {
    match row.text("test")? {
        "TestParseAbsProviderConfigInstances" => {
            let want_error = row.text("WantDiag").unwrap_or_default();
            let got = ProviderInstance::parse(row.text("Input")?);
            Ok(match got {
                Err(error) if want_error.is_empty() => {
                    Outcome::Wrong(json!({"error": error.detail()}))
                }
                Err(error) => same_error(&error.detail(), want_error),
                Ok(got) if !want_error.is_empty() => Outcome::Wrong(json!(got.to_string())),
                Ok(got) => {
                    let key = go::key(row.field("WantKey")?)?;
                    let is_right = got.key == key && agrees(&got.config, row.field("Want")?)?;
                    if is_right { Outcome::Right } else { Outcome::Wrong(json!(got.to_string())) }
                }
            })
        }
        "TestParseLegacyAbsProviderConfigStr" => {
            let got = ProviderConfig::parse_legacy(row.text("Config")?);
            Ok(match got {
                Ok(got) if agrees(&got, row.field("Want")?)? => Outcome::Right,
                Ok(got) => Outcome::Wrong(json!(got.to_string())),
                Err(error) => Outcome::Wrong(json!({"error": error.detail()})),
            })
        }
        "TestAbsProviderConfigString" | "TestAbsProviderConfigLegacyString" => {
            let config = row.field("Config")?;
            let got = ProviderConfig {
                module: go::module_path(config.get("Module").unwrap_or(&Json::Null))?,
                provider: go::provider(config.get("Provider").unwrap_or(&Json::Null))?,
                alias: config.get("Alias").and_then(Json::as_str).map(Into::into),
            };
            let is_legacy = row.text("test")? == "TestAbsProviderConfigLegacyString";
            let got = if is_legacy { got.legacy_form() } else { got.to_string() };
            Ok(same(got, &row.text("Want")?.to_owned()))
        }
        other => Ok(Outcome::Skipped(format!("no runner for {other}"))),
    }
}

fn agrees(config: &ProviderConfig, want: &Json) -> Result<bool, Unreadable> {
    let provider = go::provider(want.get("Provider").unwrap_or(&Json::Null))?;
    let module = Shape::of_path(&config.module);
    let want_module = Shape::module_only(want.get("Module").unwrap_or(&Json::Null))?;
    let alias = want.get("Alias").and_then(Json::as_str);
    Ok(config.provider.is_same(&provider)
        && config.alias.as_deref() == alias
        && module.agrees(&want_module))
}

/// What an address is of, whatever kind of address it is.
pub(super) fn resource_text(resource: &ResourceAddr, key: &InstanceKey) -> String {
    let mode = match resource.mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    };
    format!("{mode}{}.{}{key}", resource.kind, resource.name)
}
