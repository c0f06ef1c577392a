//! What can be wrong with an address, and where in its text.
//!
//! Summaries and details are worded as Terraform words them where it has the same problem: people search for them.

use std::fmt;
use std::ops::Range;

use super::{Mode, ProviderError};

/// A problem in the text of an address, and the bytes at fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddrError {
    pub kind: AddrErrorKind,
    /// Bytes within the text that was parsed, or within the file that the parts' ranges refer to.
    pub range: Range<u32>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AddrErrorKind {
    /// The text does not begin with a name.
    NameRequired,
    NameAfterDot,
    SplatNotAllowed,
    UnclosedBracket,
    IndexRequired,
    UnexpectedCharacter,
    UnterminatedString,
    BadEscape,
    TemplateInString,
    ModuleNameRequired,
    NameAfterModule,
    ModuleKey,
    ModuleExpected,
    AfterModule,
    ModuleKeyNotAllowed,
    OnlyModuleAllowed,
    TypeAndNameRequired,
    TypeRequired(Mode),
    ResourceNameRequired,
    KeyInBrackets,
    ResourceKey,
    ExtraParts,
    ResourceKeyNotAllowed,
    ModuleNotAllowed,
    ResourceNotInstance,
    ResourceNotModule,
    InstanceNotModule,
    RemovedData,
    RemovedEphemeral,
    ProviderInKeyedModule,
    ProviderKeyword,
    ProviderSourceRequired,
    ProviderAlias,
    ProviderKey,
    ProviderKeyInBrackets,
    ProviderKeyNotAllowed,
    ProviderExtra,
    Provider(ProviderError),
    CheckableObject,
    /// The keyword that must stand before the name: `output`, `check`, `var`, `local`.
    NamedKeyword(&'static str),
    NamedName(&'static str),
    CheckableKeyed,
    DeposedKey,
}

impl AddrError {
    pub(super) fn new(kind: AddrErrorKind, range: Range<u32>) -> Self {
        Self { kind, range }
    }

    /// What is wrong, in few and fixed words.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.kind.summary()
    }

    /// Why, as a sentence.
    #[must_use]
    pub fn detail(&self) -> String {
        self.kind.detail()
    }
}

impl AddrErrorKind {
    fn summary(&self) -> &'static str {
        match self {
            Self::NameRequired => "Variable name required",
            Self::NameAfterDot | Self::SplatNotAllowed => "Attribute name required",
            Self::UnclosedBracket => "Unclosed index brackets",
            Self::IndexRequired => "Index value required",
            Self::UnexpectedCharacter => "Invalid character",
            Self::UnterminatedString | Self::BadEscape | Self::TemplateInString => {
                "Invalid string literal"
            }
            Self::ModuleNameRequired | Self::NameAfterModule | Self::ModuleKey => {
                "Invalid address operator"
            }
            Self::ModuleExpected | Self::AfterModule => "Invalid module instance address",
            Self::ModuleKeyNotAllowed => "Module instance address with keys is not allowed",
            Self::OnlyModuleAllowed => "Module address expected",
            Self::ResourceKeyNotAllowed => "Resource instance address with keys is not allowed",
            Self::ModuleNotAllowed => "Module address is not allowed",
            Self::RemovedData => "Data source address is not allowed",
            Self::RemovedEphemeral => "Ephemeral resource address is not allowed",
            Self::TypeAndNameRequired
            | Self::TypeRequired(_)
            | Self::ResourceNameRequired
            | Self::KeyInBrackets
            | Self::ResourceKey
            | Self::ExtraParts
            | Self::ResourceNotInstance
            | Self::ResourceNotModule
            | Self::InstanceNotModule => "Invalid address",
            Self::ProviderInKeyedModule
            | Self::ProviderKeyword
            | Self::ProviderSourceRequired
            | Self::ProviderAlias
            | Self::ProviderKey
            | Self::ProviderKeyInBrackets
            | Self::ProviderKeyNotAllowed
            | Self::ProviderExtra => "Invalid provider configuration address",
            Self::Provider(e) => e.summary(),
            Self::CheckableObject
            | Self::NamedKeyword(_)
            | Self::NamedName(_)
            | Self::CheckableKeyed => "Invalid checkable address",
            Self::DeposedKey => "Invalid deposed key",
        }
    }

    fn detail(&self) -> String {
        let fixed = match self {
            Self::TypeRequired(Mode::Managed) => "A resource type name is required.",
            Self::TypeRequired(Mode::Data) => "A data source name is required.",
            Self::TypeRequired(Mode::Ephemeral) => "An ephemeral resource name is required.",
            Self::Provider(e) => return e.to_string(),
            Self::NamedKeyword(word) => {
                return format!("The module address must be followed by the keyword \"{word}\".");
            }
            Self::NamedName(word) => {
                return format!("The keyword \"{word}\" must be followed by one name and no more.");
            }
            other => other.fixed_detail(),
        };
        fixed.to_owned()
    }

    /// The details that hold no text of their own.
    fn fixed_detail(&self) -> &'static str {
        match self {
            Self::NameRequired => "Must begin with a variable name.",
            Self::NameAfterDot => "Dot must be followed by attribute name.",
            Self::SplatNotAllowed => "Splat expressions ([*]) may not be used here.",
            Self::UnclosedBracket => "Index key must be followed by a closing bracket.",
            Self::IndexRequired => {
                "Index brackets must contain either a literal number or a literal string."
            }
            Self::UnexpectedCharacter => "Expected an attribute access or an index operator.",
            Self::UnterminatedString => "A key in quotes must end with a quote on the same line.",
            Self::BadEscape => {
                "A backslash in a key must begin one of \\n, \\r, \\t, \\\", \\\\, \\uNNNN and \\UNNNNNNNN."
            }
            Self::TemplateInString => {
                "A key cannot hold a template: write $${ for the two characters ${, %%{ for %{."
            }
            Self::ModuleNameRequired => "Prefix \"module.\" must be followed by a module name.",
            Self::NameAfterModule => {
                "Module address prefix must be followed by dot and then a name."
            }
            Self::ModuleKey => "Invalid module index: value must be a whole number.",
            Self::ModuleExpected => "A module instance address must begin with \"module.\".",
            Self::AfterModule => {
                "The module instance address is followed by additional invalid content."
            }
            Self::ModuleKeyNotAllowed => {
                "Module address cannot be a module instance (e.g. \"module.a[0]\"), it must be a module instead (e.g. \"module.a\")."
            }
            Self::OnlyModuleAllowed => {
                "It's not allowed to reference anything other than module here."
            }
            Self::TypeAndNameRequired => {
                "Resource specification must include a resource type and name."
            }
            Self::ResourceNameRequired => "A resource name is required.",
            Self::KeyInBrackets => "Resource instance key must be given in square brackets.",
            Self::ResourceKey => "Invalid resource instance key: value must be a whole number.",
            Self::ExtraParts => "Unexpected extra operators after address.",
            Self::ResourceKeyNotAllowed => {
                "Resource address cannot be a resource instance (e.g. \"null_resource.a[0]\"), it must be a resource instead (e.g. \"null_resource.a\")."
            }
            Self::ModuleNotAllowed => {
                "Expected reference to either resource or data block. Provided reference appears to be a module."
            }
            Self::ResourceNotInstance => {
                "A resource address is required. This instance key identifies a specific resource instance, which is not expected here."
            }
            Self::ResourceNotModule => {
                "A resource address is required here. The module path must be followed by a resource specification."
            }
            Self::InstanceNotModule => {
                "A resource instance address is required here. The module path must be followed by a resource instance specification."
            }
            Self::RemovedData => {
                "Data sources cannot be destroyed, and therefore, 'removed' blocks are not allowed to target them. To remove data sources from the state, you should remove the data source block from the configuration."
            }
            Self::RemovedEphemeral => {
                "Ephemeral resources cannot be destroyed, and therefore, 'removed' blocks are not allowed to target them. To remove ephemeral resources from the state, you should remove the ephemeral resource block from the configuration."
            }
            Self::ProviderInKeyedModule => {
                "A provider configuration must not appear in a module instance that uses count or for_each."
            }
            Self::ProviderKeyword => {
                "Provider address must begin with \"provider.\", followed by a provider type name."
            }
            Self::ProviderSourceRequired => {
                "The prefix \"provider.\" must be followed by a provider type name."
            }
            Self::ProviderAlias => {
                "Provider type name must be followed by a configuration alias name."
            }
            Self::ProviderKey => "Invalid provider instance key: value must be a whole number.",
            Self::ProviderKeyInBrackets => {
                "A provider configuration alias can be followed only by an instance key in brackets."
            }
            Self::ProviderKeyNotAllowed => "A provider address must not include an instance key.",
            Self::ProviderExtra => "Extraneous operators after provider configuration reference.",
            Self::CheckableObject => {
                "Module path must be followed by either a resource instance address or an output value address."
            }
            Self::CheckableKeyed => "The address of a checked block has no instance keys.",
            Self::DeposedKey => "A deposed key has eight hexadecimal digits.",
            Self::TypeRequired(_)
            | Self::Provider(_)
            | Self::NamedKeyword(_)
            | Self::NamedName(_) => "",
        }
    }
}

impl fmt::Display for AddrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.summary(), self.detail())
    }
}

impl std::error::Error for AddrError {}
