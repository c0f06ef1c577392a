//! The mistakes.

/// A stack that is wrong in one way.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) title: &'static str,
    pub(super) files: &'static [(&'static str, &'static str)],
}

pub(super) const CASES: &[Case] = &[
    Case {
        title: "A brace that is never closed",
        files: &[(
            "main.tf",
            "resource \"terraform_data\" \"web\" {\n  input = {\n    name = \"web\"\n\n  triggers_replace = 1\n}\n",
        )],
    },
    Case {
        title: "A quote that is never closed",
        files: &[("main.tf", "locals {\n  name  = \"web\n  size  = 3\n  owner = \"me\"\n}\n")],
    },
    Case {
        title: "An argument without its equals sign",
        files: &[("main.tf", "variable \"size\" {\n  default 3\n}\n")],
    },
    Case {
        title: "A misspelt argument",
        files: &[("main.tf", "resource \"terraform_data\" \"web\" {\n  imput = \"x\"\n}\n")],
    },
    Case {
        title: "A misspelt block type",
        files: &[("main.tf", "resurce \"terraform_data\" \"web\" {\n  input = \"x\"\n}\n")],
    },
    Case {
        title: "A misspelt variable",
        files: &[(
            "main.tf",
            "variable \"region\" {\n  default = \"eu\"\n}\n\noutput \"where\" {\n  value = var.regoin\n}\n",
        )],
    },
    Case {
        title: "A resource that is not declared",
        files: &[(
            "main.tf",
            "resource \"terraform_data\" \"network\" {}\n\noutput \"id\" {\n  value = terraform_data.netwrok.id\n}\n",
        )],
    },
    Case {
        title: "An attribute that the type does not have",
        files: &[(
            "main.tf",
            "resource \"terraform_data\" \"a\" {\n  input = 1\n}\n\noutput \"o\" {\n  value = terraform_data.a.outptu\n}\n",
        )],
    },
    Case {
        title: "A function that does not exist",
        files: &[(
            "main.tf",
            "locals {\n  name = uper(\"web\")\n}\n\noutput \"name\" {\n  value = local.name\n}\n",
        )],
    },
    Case {
        title: "Too few arguments for a function",
        files: &[("main.tf", "output \"parts\" {\n  value = split(\"a,b,c\")\n}\n")],
    },
    Case {
        title: "A number that is none",
        files: &[(
            "main.tf",
            "variable \"size\" {\n  default = \"large\"\n}\n\noutput \"double\" {\n  value = var.size * 2\n}\n",
        )],
    },
    Case {
        title: "An index past the end",
        files: &[(
            "main.tf",
            "locals {\n  zones = [\"a\", \"b\"]\n}\n\nresource \"terraform_data\" \"c\" {\n  input = local.zones[2]\n}\n",
        )],
    },
    Case {
        title: "A key that a map does not have",
        files: &[(
            "main.tf",
            "locals {\n  sizes = { small = 1, large = 8 }\n}\n\nresource \"terraform_data\" \"c\" {\n  input = local.sizes[\"medium\"]\n}\n",
        )],
    },
    Case {
        title: "A default of the wrong type",
        files: &[(
            "main.tf",
            "variable \"ports\" {\n  type    = list(number)\n  default = [80, \"https\"]\n}\n",
        )],
    },
    Case {
        title: "Branches of different types",
        files: &[(
            "main.tf",
            "variable \"on\" {\n  default = true\n}\n\noutput \"o\" {\n  value = var.on ? [\"a\"] : { b = 1 }\n}\n",
        )],
    },
    Case {
        title: "A cycle",
        files: &[(
            "main.tf",
            "locals {\n  name = \"web-${terraform_data.b.output}\"\n}\n\nresource \"terraform_data\" \"a\" {\n  input = local.name\n}\n\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a.id\n}\n",
        )],
    },
    Case {
        title: "for_each over a list",
        files: &[(
            "main.tf",
            "resource \"terraform_data\" \"user\" {\n  for_each = [\"ann\", \"bob\"]\n  input    = each.value\n}\n",
        )],
    },
    Case {
        title: "The same resource twice",
        files: &[
            ("main.tf", "resource \"terraform_data\" \"web\" {\n  input = 1\n}\n"),
            ("more.tf", "\n\nresource \"terraform_data\" \"web\" {\n  input = 2\n}\n"),
        ],
    },
    Case {
        title: "A module's argument that is missing",
        files: &[
            ("main.tf", "module \"net\" {\n  source = \"./net\"\n  cidr   = \"10.0.0.0/8\"\n}\n"),
            (
                "net/main.tf",
                "variable \"cidr\" {\n  type = string\n}\n\nvariable \"zone\" {\n  type = string\n}\n",
            ),
        ],
    },
    Case {
        title: "A validation that fails",
        files: &[(
            "main.tf",
            "variable \"size\" {\n  default = 0\n\n  validation {\n    condition     = var.size > 0\n    error_message = \"The size must be positive.\"\n  }\n}\n",
        )],
    },
    Case {
        title: "A secret in an output",
        files: &[(
            "main.tf",
            "variable \"password\" {\n  default   = \"hush\"\n  sensitive = true\n}\n\noutput \"url\" {\n  value = \"https://user:${var.password}@example.com\"\n}\n",
        )],
    },
];
