//! What providers describe: `providers schema -json`.

use std::io;

use wb_core::json::encode_type;
use wb_core::provider::{Catalog, Kind, Parameter, ProviderLogic, Signature};
use wb_core::schema::{Attribute, Block, NestedBlock, Nesting, Schema, Shape};

use super::out::Out;

/// Writes the schemas of all providers in the catalog.
///
/// # Errors
/// Where they cannot be written.
pub fn schemas(catalog: &Catalog, to: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Out::new(to);
    out.object(|out| {
        out.key("format_version").string("1.0");
        if catalog.iter().next().is_none() {
            return;
        }
        out.key("provider_schemas").object(|out| {
            for (address, entry) in catalog.iter() {
                provider(out.key(&address.to_string()), &*entry.logic);
            }
        });
    });
    out.finish()
}

fn provider(out: &mut Out<'_>, logic: &dyn ProviderLogic) {
    out.object(|out| {
        schema(out.key("provider"), logic.schema());
        members(out, "resource_schemas", logic.names(Kind::Resource), |out, name| {
            if let Some(found) = logic.resource(name) {
                schema(out.key(name), found.schema());
            }
        });
        members(out, "data_source_schemas", logic.names(Kind::Data), |out, name| {
            if let Some(found) = logic.data(name) {
                schema(out.key(name), found.schema());
            }
        });
        members(out, "ephemeral_resource_schemas", logic.names(Kind::Ephemeral), |out, name| {
            if let Some(found) = logic.ephemeral(name) {
                schema(out.key(name), found.schema());
            }
        });
        members(out, "functions", logic.names(Kind::Function), |out, name| {
            if let Some(found) = logic.function(name) {
                function(out.key(name), found.signature());
            }
        });
        let identified = logic
            .names(Kind::Resource)
            .into_iter()
            .filter(|name| logic.resource(name).is_some_and(|found| found.identity().is_some()));
        members(out, "resource_identity_schemas", identified.collect(), |out, name| {
            identity(out, logic, name);
        });
    });
}

/// A member with a member for each name; none where there are no names.
fn members(out: &mut Out<'_>, member: &str, names: Vec<&str>, write: impl Fn(&mut Out<'_>, &str)) {
    if !names.is_empty() {
        out.key(member).object(|out| names.into_iter().for_each(|name| write(out, name)));
    }
}

fn identity(out: &mut Out<'_>, logic: &dyn ProviderLogic, name: &str) {
    let Some(found) = logic.resource(name) else { return };
    let Some(identity) = found.identity() else { return };
    out.key(name).object(|out| {
        out.key("version").plain(identity.version);
        out.key("attributes").object(|out| {
            for attribute in &identity.attributes {
                out.key(&attribute.name).object(|out| {
                    out.key("type").raw(&encode_type(attribute.ty));
                    out.text_unless_empty("description", &attribute.description);
                    let required = attribute.required_for_import;
                    let member =
                        if required { "required_for_import" } else { "optional_for_import" };
                    out.flag(member, true);
                });
            }
        });
    });
}

fn schema(out: &mut Out<'_>, schema: &Schema) {
    out.object(|out| {
        out.key("version").plain(schema.version);
        if !(schema.block.attributes().is_empty() && schema.block.blocks().is_empty()) {
            block(out.key("block"), &schema.block);
        }
    });
}

/// Recursion goes as deep as the schema.
fn block(out: &mut Out<'_>, block: &Block) {
    out.object(|out| {
        attributes(out, block.attributes());
        if !block.blocks().is_empty() {
            out.key("block_types").object(|out| {
                block
                    .blocks()
                    .iter()
                    .for_each(|nested| nested_block(out.key(&nested.name), nested));
            });
        }
        out.text_unless_empty("description", &block.description);
        out.key("description_kind").string("plain");
        out.flag("deprecated", block.deprecated.is_some());
    });
}

fn attributes(out: &mut Out<'_>, all: &[Attribute]) {
    if !all.is_empty() {
        out.key("attributes").object(|out| {
            all.iter().for_each(|attribute| self::attribute(out.key(&attribute.name), attribute));
        });
    }
}

fn attribute(out: &mut Out<'_>, attribute: &Attribute) {
    out.object(|out| {
        match &attribute.shape {
            Shape::Plain(ty) => out.key("type").raw(&encode_type(*ty)),
            Shape::Nested(nested) => out.key("nested_type").object(|out| {
                attributes(out, nested.attributes());
                out.key("nesting_mode").string(nesting(nested.nesting));
            }),
        }
        out.text_unless_empty("description", &attribute.description);
        out.key("description_kind").string("plain");
        out.flag("deprecated", attribute.deprecated.is_some());
        out.flag("required", attribute.settable.required);
        out.flag("optional", attribute.settable.optional);
        out.flag("computed", attribute.settable.computed);
        out.flag("sensitive", attribute.sensitive);
        out.flag("write_only", attribute.write_only);
    });
}

fn nested_block(out: &mut Out<'_>, nested: &NestedBlock) {
    out.object(|out| {
        out.key("nesting_mode").string(nesting(nested.nesting));
        block(out.key("block"), &nested.block);
        if nested.min > 0 {
            out.key("min_items").plain(nested.min);
        }
        if let Some(max) = nested.max.filter(|max| *max > 0) {
            out.key("max_items").plain(max);
        }
    });
}

fn nesting(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single => "single",
        Nesting::Group => "group",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    }
}

fn function(out: &mut Out<'_>, signature: &Signature) {
    out.object(|out| {
        out.text_unless_empty("description", &signature.description);
        out.text_unless_empty("summary", &signature.summary);
        out.key("return_type").raw(&encode_type(signature.result));
        if !signature.parameters.is_empty() {
            out.key("parameters").array(|out| {
                signature.parameters.iter().for_each(|one| parameter(out, one));
            });
        }
        if let Some(variadic) = &signature.variadic {
            parameter(out.key("variadic_parameter"), variadic);
        }
    });
}

fn parameter(out: &mut Out<'_>, parameter: &Parameter) {
    out.object(|out| {
        out.text_unless_empty("name", &parameter.name);
        out.text_unless_empty("description", &parameter.description);
        out.flag("is_nullable", parameter.allow_null);
        out.key("type").raw(&encode_type(parameter.ty));
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::out::written;
    use super::*;
    use crate::testing;

    #[test]
    fn schemas_have_the_shape_of_terraforms() {
        let text = written(|to| schemas(&testing::catalog(), to));
        let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
        expect![[r#"
            {
              "format_version": "1.0",
              "provider_schemas": {
                "terraform.io/builtin/terraform": {
                  "data_source_schemas": {
                    "test_net": {
                      "block": {
                        "attributes": {
                          "id": {
                            "computed": true,
                            "description": "The id.",
                            "description_kind": "plain",
                            "type": "string"
                          },
                          "labels": {
                            "description_kind": "plain",
                            "optional": true,
                            "type": [
                              "map",
                              "string"
                            ]
                          },
                          "name": {
                            "description_kind": "plain",
                            "required": true,
                            "type": "string"
                          },
                          "ranges": {
                            "computed": true,
                            "description_kind": "plain",
                            "optional": true,
                            "type": [
                              "list",
                              "string"
                            ]
                          },
                          "users": {
                            "deprecated": true,
                            "description_kind": "plain",
                            "optional": true,
                            "type": [
                              "set",
                              "string"
                            ]
                          },
                          "zones": {
                            "description_kind": "plain",
                            "nested_type": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "nesting_mode": "map"
                            },
                            "optional": true
                          }
                        },
                        "block_types": {
                          "by": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "nesting_mode": "map"
                          },
                          "only": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "nesting_mode": "single"
                          },
                          "rule": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "nesting_mode": "list"
                          },
                          "some": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "max_items": 9,
                            "nesting_mode": "set"
                          }
                        },
                        "description_kind": "plain"
                      },
                      "version": 2
                    }
                  },
                  "provider": {
                    "version": 0
                  },
                  "resource_schemas": {
                    "terraform_data": {
                      "block": {
                        "attributes": {
                          "id": {
                            "computed": true,
                            "description_kind": "plain",
                            "type": "string"
                          },
                          "input": {
                            "description_kind": "plain",
                            "optional": true,
                            "type": "dynamic"
                          },
                          "output": {
                            "computed": true,
                            "description_kind": "plain",
                            "type": "dynamic"
                          },
                          "triggers_replace": {
                            "description_kind": "plain",
                            "optional": true,
                            "type": "dynamic"
                          }
                        },
                        "description_kind": "plain"
                      },
                      "version": 0
                    },
                    "test_net": {
                      "block": {
                        "attributes": {
                          "id": {
                            "computed": true,
                            "description": "The id.",
                            "description_kind": "plain",
                            "type": "string"
                          },
                          "labels": {
                            "description_kind": "plain",
                            "optional": true,
                            "type": [
                              "map",
                              "string"
                            ]
                          },
                          "name": {
                            "description_kind": "plain",
                            "required": true,
                            "type": "string"
                          },
                          "ranges": {
                            "computed": true,
                            "description_kind": "plain",
                            "optional": true,
                            "type": [
                              "list",
                              "string"
                            ]
                          },
                          "users": {
                            "deprecated": true,
                            "description_kind": "plain",
                            "optional": true,
                            "type": [
                              "set",
                              "string"
                            ]
                          },
                          "zones": {
                            "description_kind": "plain",
                            "nested_type": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "nesting_mode": "map"
                            },
                            "optional": true
                          }
                        },
                        "block_types": {
                          "by": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "nesting_mode": "map"
                          },
                          "only": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "nesting_mode": "single"
                          },
                          "rule": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "nesting_mode": "list"
                          },
                          "some": {
                            "block": {
                              "attributes": {
                                "key": {
                                  "description_kind": "plain",
                                  "optional": true,
                                  "sensitive": true,
                                  "type": "string"
                                },
                                "port": {
                                  "description_kind": "plain",
                                  "required": true,
                                  "type": "number"
                                }
                              },
                              "description_kind": "plain"
                            },
                            "max_items": 9,
                            "nesting_mode": "set"
                          }
                        },
                        "description_kind": "plain"
                      },
                      "version": 2
                    }
                  }
                }
              }
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&tree).unwrap());
        assert_eq!(written(|to| schemas(&Catalog::new(), to)), "{\"format_version\":\"1.0\"}\n");
    }
}
