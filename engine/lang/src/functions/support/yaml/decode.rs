//! The events of a parser to a value.

use std::collections::{BTreeMap, HashMap};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, StrInput, Tag};
use wb_core::convert::convert;
use wb_core::text::{Name, normalize};
use wb_core::ty::{MAX_DEPTH, Type};
use wb_core::value::{Value, View};

use super::scalar::{Style, resolve};
use crate::eval::Env;
use crate::functions::args::quoted;
use crate::functions::fault::{Fault, Outcome};

/// The value of a document.
pub(in super::super::super) fn decode(text: &str, env: &mut Env<'_>) -> Outcome {
    // No value takes more than this for each byte of its text, but for what aliases repeat.
    env.charge(text.len().saturating_mul(size_of::<Value>()))?;
    let parser = Parser::new_from_str(text);
    let decoder =
        Decoder { parser, anchors: HashMap::new(), open: Vec::new(), done: None, is_over: false };
    decoder.run(env)
}

struct Decoder<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// The values of anchors that have been closed.
    anchors: HashMap<usize, Value>,
    /// What is being read, the innermost last.
    open: Vec<Open>,
    /// The value of the document, once there is one.
    done: Option<Value>,
    is_over: bool,
}

/// A collection of which the end has not been read.
struct Open {
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping { entries: BTreeMap<Name, Value>, key: Option<Key> },
}

enum Key {
    Name(Name),
    /// `<<`: what follows is put into this mapping.
    Merge,
}

impl<'t> Decoder<'t> {
    fn run(mut self, env: &mut Env<'_>) -> Outcome {
        while let Some(event) = self.parser.next_event() {
            let (event, span) = event.map_err(|e| at(*e.marker(), e.info()))?;
            self.event(event, env).map_err(|fault| match fault.is_exhausted {
                true => fault,
                false => at(span.start, &fault.message),
            })?;
        }
        self.done.ok_or_else(|| Fault::new("missing start of document"))
    }

    fn event(&mut self, event: Event<'t>, env: &mut Env<'_>) -> Result<(), Fault> {
        match event {
            Event::DocumentStart(_) if self.is_over => {
                Err(Fault::new("only a single document is allowed"))
            }
            Event::DocumentEnd => {
                self.is_over = true;
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let tag = tag.as_deref().map(tag_text);
                if self.wants_key() && is_merge(&text, tag.as_deref()) {
                    self.set_key(Key::Merge);
                    return Ok(());
                }
                let value = resolve(&text, tag.as_deref(), style).map_err(Fault::new)?;
                self.add(value, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag("sequence", "seq", tag.as_deref())?;
                self.open(anchor, Content::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                check_tag("mapping", "map", tag.as_deref())?;
                self.open(anchor, Content::Mapping { entries: BTreeMap::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or_else(|| {
                    Fault::new("cannot refer to an anchor from inside its own definition")
                })?;
                // Shared in memory, but whoever writes it out writes all of it.
                env.charge(value.size())?;
                self.add(value, 0)
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {
                Ok(())
            }
        }
    }

    fn wants_key(&self) -> bool {
        let content = self.open.last().map(|open| &open.content);
        matches!(content, Some(Content::Mapping { key: None, .. }))
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Open { content: Content::Mapping { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(new);
        }
    }

    fn open(&mut self, anchor: usize, content: Content) -> Result<(), Fault> {
        if self.wants_key() {
            return Err(Fault::new("only strings are allowed as mapping keys"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::new(format!("the document nests more than {MAX_DEPTH} deep")));
        }
        self.open.push(Open { anchor, content });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let Some(Open { anchor, content }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::Sequence(elements) => Value::tuple(elements),
            Content::Mapping { entries, .. } => Value::object(entries),
        };
        self.add(value, anchor)
    }

    /// Puts a value where it belongs.
    fn add(&mut self, value: Value, anchor: usize) -> Result<(), Fault> {
        if value.ty().depth() > MAX_DEPTH {
            return Err(Fault::new(format!("the document nests more than {MAX_DEPTH} deep")));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.done = Some(value),
            Some(Content::Sequence(elements)) => elements.push(value),
            Some(Content::Mapping { entries, key }) => match key.take() {
                None => *key = Some(Key::Name(key_name(&value)?)),
                Some(Key::Name(name)) => drop(entries.insert(name, value)),
                Some(Key::Merge) => merge(&value, entries)?,
            },
        }
        Ok(())
    }
}

fn is_merge(text: &str, tag: Option<&str>) -> bool {
    match tag {
        None => text == "<<",
        Some(tag) => tag == "tag:yaml.org,2002:merge",
    }
}

fn key_name(value: &Value) -> Result<Name, Fault> {
    let only_strings = || Fault::new("only strings are allowed as mapping keys");
    let text = convert(value, Type::STRING).map_err(|_| only_strings())?;
    match text.as_str() {
        Some(text) => Ok(Name::from(normalize(text))),
        None => Err(Fault::new("mapping key cannot be null")),
    }
}

/// Puts the entries of a mapping, or of each mapping in a sequence, into another.
fn merge(value: &Value, entries: &mut BTreeMap<Name, Value>) -> Result<(), Fault> {
    let mut add = |object: &Value, from: &str| match object.as_object() {
        Some(object) => {
            entries.extend(object.iter().map(|(name, value)| (name.into(), value.clone())));
            Ok(())
        }
        None => {
            let what = object.ty().friendly_name();
            Err(Fault::new(format!("cannot merge {what}{from} into mapping")))
        }
    };
    match value.view() {
        View::Tuple(elements) => {
            elements.iter().try_for_each(|element| add(element, " (from sequence)"))
        }
        _ => add(value, ""),
    }
}

fn tag_text(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

fn check_tag(what: &str, own: &str, tag: Option<&Tag>) -> Result<(), Fault> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == own) => {
            let tag = tag_text(tag);
            Err(Fault::new(format!("can't interpret {what} as {}", quoted(&tag))))
        }
        _ => Ok(()),
    }
}

/// A complaint with its place.
fn at(place: Marker, why: &str) -> Fault {
    Fault::new(format!("on line {}, column {}: {why}", place.line(), place.col() + 1))
}
