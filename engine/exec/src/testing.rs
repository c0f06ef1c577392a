//! A world to carry out plans in: a cloud whose operations can be scripted, a language of tables, and a journal that
//! remembers what was durable when.

pub(crate) mod cloud;
pub(crate) mod language;
pub(crate) mod log;
pub(crate) mod stack;
