//! Folders on a real disk. The process has one working folder, so that everything here is loaded by its absolute path.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;

use expect_test::{Expect, expect};
use wb_lang::host::Phase;

use super::*;
use crate::{Ambience, Machine};

struct Fixture {
    dir: tempfile::TempDir,
}

impl Fixture {
    fn new(files: &[(&str, &str)]) -> Self {
        let fixture = Self { dir: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            let path = fixture.dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fixture
    }

    fn load(&self, environment: &[(&str, &str)], flags: &[VariableFlag]) -> Loading {
        let machine = Machine::new(Phase::Plan, "default", Ambience::new(None, None).unwrap());
        let root = self.dir.path().to_str().unwrap();
        let environment =
            environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let data_dir = self.dir.path().join(".terraform");
        let request = Request {
            root,
            host: &machine,
            data_dir: &data_dir,
            extent: Extent::All,
            extra: None,
            kept: None,
        };
        let variables = Variables { environment, flags: flags.to_vec(), ask: None, wanted: true };
        load(request, variables, Install::No)
    }

    fn check(&self, loading: &Loading, expected: &Expect) {
        let mut out = String::new();
        for (_, node) in loading.stack.iter().flat_map(Stack::iter) {
            let path = node.path.to_string();
            let _ = writeln!(out, "{}", if path.is_empty() { "root" } else { &path });
        }
        let mut given: Vec<_> = loading.given.iter().collect();
        given.sort_by_key(|(name, _)| (*name).clone());
        for (name, value) in given {
            let _ = writeln!(out, "{name} = {:?} from {}", value.value, value.from);
        }
        for d in &loading.diags {
            let place =
                d.subject.map_or_else(|| "?".to_owned(), |span| loading.sources.place(span));
            let _ = writeln!(out, "{place} {}: {}", d.summary, d.detail);
        }
        let root = format!("{}/", self.dir.path().display());
        let out = out.replace(&root, "").replace(root.trim_end_matches('/'), "ROOT");
        expected.assert_eq(&out);
    }
}

#[test]
fn values_come_from_everywhere() {
    let main = "variable \"a\" {}\nvariable \"b\" {}\nvariable \"c\" {}\nvariable \"d\" {\n  type = list(number)\n}\n";
    let fixture = Fixture::new(&[
        ("main.tf", main),
        ("terraform.tfvars", "a = 2\nb = 2\nc = 2\nregoin = 1\nd = [2]\n"),
        ("terraform.tfvars.json", r#"{"b": "${x}", "c": 3}"#),
        ("z.auto.tfvars", "c = 4\n"),
        ("more.tfvars", "c = 6\n"),
    ]);
    let file = VariableFlag::File(fixture.dir.path().join("more.tfvars"));
    let value = |text: &str| VariableFlag::Value(text.to_owned());
    let flags = [value("c=5"), file, value("d=[7, 8]"), value("e=1"), value("f")];
    let loading = fixture.load(&[("a", "1"), ("unused", "1"), ("d", "[")], &flags);
    fixture.check(
        &loading,
        &expect![[r#"
            root
            a = 2 from the file terraform.tfvars
            b = "${x}" from the file terraform.tfvars.json
            c = 6 from the file more.tfvars
            d = [7, 8] from the option -var 'd=…'
            <value for var.d>:1:2 Missing expression: Expected the start of an expression, but found the end of the file.
            terraform.tfvars:4:1 Value for undeclared variable: The root module declares no variable named "regoin", but the file terraform.tfvars has a value for it.
            ? Value for undeclared variable: A variable named "e" was assigned on the command line, but the root module declares none of that name.
            ? Invalid -var option: The option -var "f" has no equals sign.
        "#]],
    );
}

#[test]
fn modules_are_found_where_they_lie() {
    let call =
        |name: &str, source: &str| format!("module \"{name}\" {{\n  source = \"{source}\"\n}}\n");
    let main =
        call("a", "./m") + &call("b", "./link") + &call("c", "./nowhere") + &call("d", "a/b/c");
    let fixture =
        Fixture::new(&[("main.tf", &main), ("m/main.tf", &call("n", "./n")), ("m/n/x.txt", "")]);
    symlink("m", fixture.dir.path().join("link")).unwrap();
    fixture.check(&fixture.load(&[], &[]), &expect![[r#"
        root
        module.a
        module.b
        module.a.module.n
        module.b.module.n
        main.tf:8:12 Unreadable module directory: The folder ./nowhere of the module module.c cannot be read: no such file or directory.
        main.tf:11:12 Module not installed: The module module.d is not installed yet.
        m/main.tf:2:12 Empty module directory: There is no configuration file in the folder m/n.
        m/main.tf:2:12 Empty module directory: There is no configuration file in the folder m/n.
    "#]]);
}

#[test]
fn files_that_are_none_are_named() {
    let fixture = Fixture::new(&[("b.tf", "locals {"), ("c.tf/x", "")]);
    let path = |name: &str| fixture.dir.path().join(name);
    symlink("a.tf", path("a.tf")).unwrap();
    symlink("/dev/zero", path("zero.tf")).unwrap();
    nix::unistd::mkfifo(&path("pipe.tf"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    fs::write(path("elf.tf"), b"\x7fELF\x02\x01\x01\0\0\0\xff\xff").unwrap();
    fixture.check(&fixture.load(&[], &[]), &expect![[r#"
        root
        a.tf:1:1 Failed to read file: The configuration file a.tf could not be read: too many levels of symbolic links.
        b.tf:1:8 Unclosed configuration block: There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.
        elf.tf:1:1 Invalid character encoding: All input files must be UTF-8 encoded text, but this one is a binary file.
        pipe.tf:1:1 Failed to read file: The configuration file pipe.tf could not be read: it is a named pipe, not a regular file.
        zero.tf:1:1 Failed to read file: The configuration file zero.tf could not be read: it is a device node, not a regular file.
    "#]]);
}
