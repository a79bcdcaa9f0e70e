//! Starts CLASP's router. Prints `listening ws://host:port` when it listens, and ends with its
//! standard input, so that it does not outlive the test that started it.

use clasp_core::{CpskValidator, Scope, SecurityMode, TokenInfo};
use clasp_interop::{federation, options::Options};
use clasp_router::{Router, RouterConfig};
use clasp_transport::{TransportServer, WebSocketServer};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::io::AsyncReadExt;

const USAGE: &str = "\
Usage: router [option]…
  --host ADDRESS         where to listen (127.0.0.1)
  --port NUMBER          0 takes a free one (0)
  --name TEXT            its name in WELCOME
  --max-sessions NUMBER
  --session-timeout SECONDS
  --rate-limit NUMBER    messages a second and session; 0 for no limit
  --parameter-ttl SECONDS
  --gesture-pause MILLISECONDS   0 passes all
  --token TOKEN=SCOPE,SCOPE…     turns the token check on; may be repeated
  --expired-token TOKEN=SCOPE,SCOPE…
  --hub URI              becomes the leaf of another router; it may start later
  --namespace PATTERN    what it federates with the hub; may be repeated (/**)";

#[tokio::main]
async fn main() {
    clasp_interop::log_to_stderr();
    if let Err(problem) = run().await {
        eprintln!("router: {problem}\n\n{USAGE}");
        std::process::exit(64);
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = RouterConfig::default();
    let validator = CpskValidator::new();
    let (mut host, mut port) = ("127.0.0.1".to_string(), 0u16);
    let (mut hub, mut namespaces) = (None, Vec::new());
    let mut options = Options::of(std::env::args().skip(1));
    while let Some((name, value)) = options.next()? {
        match name.as_str() {
            "--hub" => hub = Some(value),
            "--namespace" => namespaces.push(value),
            "--host" => host = value,
            "--port" => port = value.parse()?,
            "--name" => config.name = value,
            "--max-sessions" => config.max_sessions = value.parse()?,
            "--session-timeout" => config.session_timeout = value.parse()?,
            "--rate-limit" => {
                config.max_messages_per_second = value.parse()?;
                config.rate_limiting_enabled = config.max_messages_per_second > 0;
            }
            "--parameter-ttl" => {
                config.state_config.param_config.param_ttl =
                    Some(Duration::from_secs(value.parse()?));
            }
            "--gesture-pause" => {
                config.gesture_coalesce_interval_ms = value.parse()?;
                config.gesture_coalescing = config.gesture_coalesce_interval_ms > 0;
            }
            "--token" | "--expired-token" => {
                config.security_mode = SecurityMode::Authenticated;
                let (token, mut info) = token(&value)?;
                if name == "--expired-token" {
                    info = info.with_expires_at(SystemTime::UNIX_EPOCH);
                }
                validator.register(token, info);
            }
            _ => return Err(format!("there is no option {name}").into()),
        }
    }

    let router = Arc::new(Router::new(config).with_validator(validator));
    let server = WebSocketServer::bind(&format!("{host}:{port}")).await?;
    println!("listening ws://{}", server.local_addr()?);
    if let Some(hub) = hub {
        if namespaces.is_empty() {
            namespaces.push("/**".to_string());
        }
        tokio::spawn(federation::follow(Arc::clone(&router), hub, namespaces));
    }
    tokio::select! {
        ended = router.serve_on(server) => ended?,
        _ = end_of_input() => {}
    }
    Ok(())
}

fn token(text: &str) -> Result<(String, TokenInfo), Box<dyn std::error::Error>> {
    let (token, scopes) = text
        .split_once('=')
        .ok_or("a token is given as TOKEN=SCOPE,SCOPE…")?;
    let scopes = scopes
        .split(',')
        .map(Scope::parse)
        .collect::<Result<Vec<_>, _>>()?;
    Ok((token.to_string(), TokenInfo::new(token.to_string(), scopes)))
}

async fn end_of_input() {
    let mut rest = Vec::new();
    // An error ends it as well.
    let _ = tokio::io::stdin().read_to_end(&mut rest).await;
}
