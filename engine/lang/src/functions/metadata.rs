//! Signatures as JSON: of all functions, as `metadata functions -json` prints them, and of one, as diagnostics carry it.

use serde_json::{Map, Value as Json, json};
use wb_core::json::encode_type;
use wb_core::provider::{Parameter, Signature};
use wb_core::ty::Type;

use super::spec::{Body, Function, Kind, Lazy, Param};

/// The document of `metadata functions -json`. Every function is there twice, by its name and in the namespace `core`.
#[must_use]
pub fn document() -> Json {
    let mut signatures = Map::new();
    for function in super::all().filter(|function| function.is_listed()) {
        let signature = listed(function);
        signatures.insert(format!("core::{}", function.name), signature.clone());
        signatures.insert(function.name.to_owned(), signature);
    }
    json!({"format_version": "1.0", "function_signatures": signatures})
}

fn listed(function: &Function) -> Json {
    let mut signature = Map::new();
    insert_text(&mut signature, "description", function.description);
    signature.insert("return_type".to_owned(), type_json(return_type(function)));
    if !function.params.is_empty() {
        let params = function.params.iter().map(listed_param).collect();
        signature.insert("parameters".to_owned(), params);
    }
    if let Some(param) = &function.variadic {
        signature.insert("variadic_parameter".to_owned(), listed_param(param));
    }
    Json::Object(signature)
}

fn listed_param(param: &Param) -> Json {
    let mut json = Map::new();
    json.insert("name".to_owned(), param.name.into());
    insert_text(&mut json, "description", param.description);
    if param.is_nullable {
        json.insert("is_nullable".to_owned(), true.into());
    }
    json.insert("type".to_owned(), param_type(param));
    Json::Object(json)
}

/// The signature of a function of the language, for the JSON form of a diagnostic about a call of it.
pub(crate) fn call_signature(function: &Function) -> String {
    let param = |p: &Param| json!({"name": p.name, "type": param_type(p)});
    let params: Vec<Json> = function.params.iter().map(param).collect();
    let variadic = function.variadic.as_ref().map(param);
    call_json(function.name, params, variadic, type_json(return_type(function)))
}

/// As [`call_signature`], of a provider's function.
pub(crate) fn provider_signature(name: &str, signature: &Signature) -> String {
    let param = |p: &Parameter| json!({"name": &*p.name, "type": type_json(p.ty)});
    let params: Vec<Json> = signature.parameters.iter().map(param).collect();
    let variadic = signature.variadic.as_ref().map(param);
    call_json(name, params, variadic, type_json(signature.result))
}

fn call_json(name: &str, params: Vec<Json>, variadic: Option<Json>, result: Json) -> String {
    let mut json = Map::new();
    json.insert("name".to_owned(), name.into());
    json.insert("params".to_owned(), params.into());
    if let Some(variadic) = variadic {
        json.insert("variadic_param".to_owned(), variadic);
    }
    json.insert("return_type".to_owned(), result);
    Json::Object(json).to_string()
}

fn return_type(function: &Function) -> Type {
    match function.body {
        Body::Lazy(Lazy::Can) => Type::BOOL,
        Body::Lazy(_) => Type::DYNAMIC,
        _ => function.return_type(),
    }
}

fn param_type(param: &Param) -> Json {
    match param.kind {
        Kind::Type => "type".into(),
        kind => type_json(kind.ty()),
    }
}

fn type_json(ty: Type) -> Json {
    // What the encoder writes is JSON.
    serde_json::from_str(&encode_type(ty)).unwrap_or(Json::Null)
}

fn insert_text(json: &mut Map<String, Json>, name: &str, text: &str) {
    if !text.is_empty() {
        json.insert(name.to_owned(), text.into());
    }
}
