//! With an `ssh` of ours, which does on this machine what it should do there; and with a real server, where one is
//! installed.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::{Hop, Secret};

/// Writes down how it is called. A master makes the socket; a client runs its command here.
const PROGRAM: &str = r#"#!/bin/sh
dir=$(dirname "$0")
echo "$*" | sed "s#$dir##g; s#/[^ ]*/wb-[^/]*/#/#g" >> "$dir/calls"
cat "$2" | sed "s#\"/[^ ]*/wb-[^/]*/#\"/#g" > "$dir/config"
socket=$4
case "$*" in
*" -M "*)
  left=$(cat "$dir/refuse" 2>/dev/null || echo 0)
  if [ "$left" -gt 0 ]; then
    echo $((left - 1)) > "$dir/refuse"
    for last; do shift; [ "$last" = -E ] && echo "connect: Connection refused" > "$1"; done
    exit 255
  fi
  if [ -n "$SSH_ASKPASS" ]; then
    "$SSH_ASKPASS" "me@host's password: " >> "$dir/calls"
    "$SSH_ASKPASS" "(you@gate) Password: " >> "$dir/calls"
  fi
  touch "$socket" ;;
*" -O exit "*) rm "$socket" ;;
*) for command; do :; done; exec /bin/sh -c "$command" ;;
esac
"#;

struct Bench(TempDir);

impl Bench {
    fn new(refuse: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("ssh");
        std::fs::write(&program, PROGRAM).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::write(folder.path().join("refuse"), refuse.to_string()).unwrap();
        Self(folder)
    }

    fn settings(&self) -> Settings {
        Settings {
            ssh: self.0.path().join("ssh"),
            user_config: None,
            pause: Duration::from_millis(1),
        }
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }
}

fn hop(host: &str, user: &str) -> Hop {
    Hop {
        host: host.to_owned(),
        port: 22,
        user: user.to_owned(),
        password: None,
        private_key: None,
        certificate: None,
        host_key: None,
    }
}

fn target() -> Target {
    Target {
        machine: hop("host", "me"),
        bastion: None,
        agent: false,
        agent_identity: None,
        timeout: Duration::from_secs(20),
    }
}

async fn run(shell: &OpenSsh, command: &str) -> (Result<i32, SshError>, String) {
    let mut out = Vec::new();
    let status = shell.run(command, &mut |bytes| out.extend_from_slice(bytes)).await;
    (status, String::from_utf8(out).unwrap())
}

#[tokio::test]
async fn commands_run_and_files_arrive() {
    let bench = Bench::new(2);
    let shell = OpenSsh::connect(&target(), bench.settings()).await.unwrap();
    assert_eq!(
        run(&shell, "echo out; echo err >&2; exit 3").await,
        (Ok(3), "out\nerr\n".to_owned())
    );
    let path = bench.0.path().join("it's here");
    let content = vec![b'x'; 1 << 20];
    shell.write(path.to_str().unwrap(), &content).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), content);
    let nowhere = shell.write("/no/such/folder/f", b"x").await.unwrap_err();
    assert!(nowhere.to_string().contains("/no/such/folder/f"), "{nowhere}");
    let lost = run(&shell, "echo gone >&2; exit 255").await;
    assert_eq!(lost.0, Err(SshError::Failed("gone".to_owned())));
    let socket = shell.files.socket();
    Box::new(shell).close().await.unwrap();
    assert!(!socket.exists());
    expect_test::expect![[r"
        -F /config -S /s -T -M -N -f -E /log -- host
        -F /config -S /s -T -M -N -f -E /log -- host
        -F /config -S /s -T -M -N -f -E /log -- host
        -F /config -S /s -T -- host echo out; echo err >&2; exit 3
    "]]
    .assert_eq(&bench.read("calls").lines().take(4).fold(String::new(), |all, l| all + l + "\n"));
}

#[tokio::test]
async fn a_machine_that_never_answers_is_given_up() {
    let bench = Bench::new(1_000_000);
    let target = Target { timeout: Duration::from_millis(200), ..target() };
    let error = OpenSsh::connect(&target, bench.settings()).await.unwrap_err();
    assert_eq!(error, SshError::Unreachable { last: "connect: Connection refused".to_owned() });
}

#[tokio::test]
async fn secrets_are_in_files_and_in_the_environment_only() {
    let bench = Bench::new(0);
    let secret = |text: &str| Some(Secret::new(text));
    let machine = Hop {
        password: secret("hush"),
        private_key: secret("KEY"),
        certificate: Some("CERT".to_owned()),
        host_key: Some("ssh-ed25519 AAAA".to_owned()),
        ..hop("host", "me")
    };
    let bastion = Hop { password: secret("gatehush"), port: 2222, ..hop("gate", "you") };
    let target = Target { machine, bastion: Some(bastion), ..target() };
    let shell = OpenSsh::connect(&target, bench.settings()).await.unwrap();
    assert_eq!(bench.read("calls").lines().skip(1).collect::<Vec<_>>(), ["hush", "gatehush"]);
    expect_test::expect![[r#"
        Host wb-bastion
          HostName gate
          Port 2222
          User you
          IdentityAgent none
          IdentitiesOnly yes
          StrictHostKeyChecking no
          UserKnownHostsFile /dev/null
          GlobalKnownHostsFile /dev/null
          NumberOfPasswordPrompts 1
        Host * !wb-bastion
          Port 22
          User me
          IdentityFile "/machine.key"
          CertificateFile "/machine-cert.pub"
          IdentityAgent none
          IdentitiesOnly yes
          HostKeyAlias machine
          UserKnownHostsFile "/machine.known"
          StrictHostKeyChecking yes
          GlobalKnownHostsFile /dev/null
          NumberOfPasswordPrompts 1
          ProxyJump wb-bastion
        Match all
          ControlPersist 60
          ServerAliveInterval 30
          LogLevel ERROR
          RemoteCommand none
          RequestTTY no
          PermitLocalCommand no
          ForwardAgent no
          ClearAllForwardings yes
    "#]]
    .assert_eq(&bench.read("config"));
    let key = shell.files.config().with_file_name("machine.key");
    assert_eq!(std::fs::read_to_string(&key).unwrap(), "KEY\n");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let shown = format!("{target:?}{shell:?}");
    assert!(!shown.contains("hush") && !shown.contains("KEY"));
    drop(shell);
    assert!(!key.exists());
}

/// A server of this machine's OpenSSH, for one user and one key.
struct Server {
    folder: TempDir,
    port: u16,
    child: std::process::Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).unwrap_or_default();
    }
}

impl Server {
    /// Nothing where none is installed.
    fn start() -> Option<Self> {
        let sshd =
            ["/usr/sbin/sshd", "/usr/bin/sshd"].into_iter().find(|p| Path::new(p).exists())?;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        for name in ["host", "user"] {
            let made = std::process::Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f", &path(name)])
                .status();
            made.ok().filter(std::process::ExitStatus::success)?;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PidFile none\nPasswordAuthentication no\n",
            path("host"),
            path("user.pub"),
        );
        std::fs::write(path("config"), config).unwrap();
        let child = std::process::Command::new(sshd)
            .args(["-D", "-e", "-f", &path("config")])
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut server = Self { port, child, folder };
        // One that may not run here ends at once.
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if server.child.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::yield_now();
        }
        Some(server)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

#[tokio::test]
async fn a_real_server_is_worked_on() {
    let Some(server) = Server::start() else {
        eprintln!("not run: there is no sshd on this machine, or it does not run for this user");
        return;
    };
    let Ok(user) = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")) else {
        eprintln!("not run: the user has no name here");
        return;
    };
    let machine = Hop {
        port: server.port,
        private_key: Some(Secret::new(server.read("user"))),
        host_key: Some(server.read("host.pub")),
        ..hop("127.0.0.1", &user)
    };
    let target = Target { machine, ..target() };
    let settings = Settings { user_config: None, ..Settings::of_user() };
    let shell = OpenSsh::connect(&target, settings.clone()).await.unwrap();
    assert_eq!(run(&shell, "echo $((6 * 7)); exit 5").await, (Ok(5), "42\n".to_owned()));
    let path = server.folder.path().join("file");
    shell.write(path.to_str().unwrap(), b"hello").await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"hello");
    Box::new(shell).close().await.unwrap();
    let other = Hop { host_key: Some(server.read("user.pub")), ..target.machine.clone() };
    let wrong = OpenSsh::connect(&Target { machine: other, ..target.clone() }, settings).await;
    assert!(matches!(wrong, Err(SshError::HostKey(_))), "{wrong:?}");
}
