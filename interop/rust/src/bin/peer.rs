//! CLASP's Rust client with peer-to-peer links, led by commands on standard input. Both commands and
//! what happens are JSON, one object a line. It ends with its input.
//!
//! Commands: `connect {peer}`, `disconnect {peer}`, `send {peer, reliable, frame|hex}`,
//! `flood {peer, reliable, count, frame|hex}`, `echo {on}`, `count {count}`, `connected {peer}`,
//! `mode {mode}`, `subscribe {pattern}`, `set {address, value}`, `emit {address, value}`.
//! Each has its name under `do`, and is answered by one `done` that carries its `id`.

use bytes::Bytes;
use clasp_client::{Clasp, ClaspBuilder, P2PEvent, RoutingMode};
use clasp_core::{codec, Message, P2PConfig, PublishMessage, SetMessage, SignalType};
use clasp_interop::{json, options::Options};
use serde_json::{json, Value as Json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "\
Usage: peer --url ws://HOST:PORT [option]…
  --name TEXT
  --token TEXT
  --timeout SECONDS   how long an offer may take (30)
  --fallback BOOL     whether a failed send counts as one for the router (true)";

#[tokio::main]
async fn main() {
    clasp_interop::log_to_stderr();
    if let Err(problem) = run().await {
        eprintln!("peer: {problem}\n\n{USAGE}");
        std::process::exit(1);
    }
}

async fn run() -> Result<(), Failure> {
    let (mut url, mut name, mut token) = (None, "rust".to_string(), None);
    // Host candidates only: nothing is told to a server of somebody else.
    let mut p2p = P2PConfig {
        ice_servers: Vec::new(),
        ..P2PConfig::default()
    };
    let mut options = Options::of(std::env::args().skip(1));
    while let Some((option, value)) = options.next()? {
        match option.as_str() {
            "--url" => url = Some(value),
            "--name" => name = value,
            "--token" => token = Some(value),
            "--timeout" => p2p.connection_timeout_secs = value.parse()?,
            "--fallback" => p2p.auto_fallback = value.parse()?,
            _ => return Err(format!("there is no option {option}").into()),
        }
    }

    let mut builder = ClaspBuilder::new(&url.ok_or("--url is missing")?)
        .name(&name)
        .p2p_config(p2p);
    if let Some(token) = token {
        builder = builder.token(&token);
    }
    let client = builder.connect().await?;
    let (queue, mut to_send_back) = mpsc::unbounded_channel();
    let echo = Arc::new(Echo::new(queue));
    let listener = Arc::clone(&echo);
    client.on_p2p_event(move |event| heard(event, &listener));
    tell(json!({"event": "session", "session": client.session_id()}));

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    // One loop sends everything: the future of `send_p2p` cannot be spawned, as it holds a lock over
    // a wait, and two of them on one thread would wait for each other for ever.
    loop {
        let line = tokio::select! {
            Some((peer, data, reliable)) = to_send_back.recv() => {
                if let Err(problem) = client.send_p2p(&peer, data, reliable).await {
                    tell(json!({"event": "problem", "text": problem.to_string()}));
                }
                continue;
            }
            line = lines.next_line() => line?,
        };
        let Some(line) = line else { break };
        let command: Json = serde_json::from_str(&line)?;
        let mut done = match obey(&client, &echo, &command).await {
            Ok(result) => json!({"event": "done", "result": result}),
            Err(problem) => json!({"event": "done", "error": problem.to_string()}),
        };
        done["id"] = command["id"].clone();
        tell(done);
    }
    client.close().await;
    Ok(())
}

fn tell(event: Json) {
    println!("{event}");
}

fn heard(event: P2PEvent, echo: &Echo) {
    match event {
        P2PEvent::PeerAnnounced {
            session_id,
            features,
        } => tell(json!({"event": "announced", "peer": session_id, "features": features})),
        P2PEvent::Connected { peer_session_id } => {
            tell(json!({"event": "connected", "peer": peer_session_id}))
        }
        P2PEvent::ConnectionFailed {
            peer_session_id,
            reason,
        } => tell(json!({"event": "failed", "peer": peer_session_id, "reason": reason})),
        P2PEvent::Disconnected {
            peer_session_id,
            reason,
        } => tell(json!({"event": "disconnected", "peer": peer_session_id, "reason": reason})),
        P2PEvent::Data {
            peer_session_id,
            data,
            reliable,
        } => {
            if !echo.take(&peer_session_id, &data, reliable) {
                tell(json!({
                    "event": "data",
                    "peer": peer_session_id,
                    "reliable": reliable,
                    "hex": json::hex(&data),
                    "frame": json::frame(&data),
                }));
            }
        }
    }
}

/// A peer, what to send it, and whether reliably.
type Outgoing = (String, Bytes, bool);

/// What is done with data instead of telling it: sent back, or counted.
struct Echo {
    back: AtomicBool,
    count_to: AtomicU64,
    counted: AtomicU64,
    began: std::sync::Mutex<Option<Instant>>,
    queue: mpsc::UnboundedSender<Outgoing>,
}

impl Echo {
    fn new(queue: mpsc::UnboundedSender<Outgoing>) -> Self {
        Self {
            back: AtomicBool::new(false),
            count_to: AtomicU64::new(0),
            counted: AtomicU64::new(0),
            began: std::sync::Mutex::new(None),
            queue,
        }
    }

    fn count_to(&self, count: u64) {
        self.counted.store(0, Ordering::SeqCst);
        *self.began.lock().unwrap() = None;
        self.count_to.store(count, Ordering::SeqCst);
    }

    fn take(&self, peer: &str, data: &Bytes, reliable: bool) -> bool {
        let count_to = self.count_to.load(Ordering::SeqCst);
        if count_to > 0 {
            let counted = self.counted.fetch_add(1, Ordering::SeqCst) + 1;
            let mut began = self.began.lock().unwrap();
            let first = *began.get_or_insert_with(Instant::now);
            if counted == count_to {
                tell(
                    json!({"event": "counted", "count": counted, "micros": first.elapsed().as_micros() as u64}),
                );
            }
            return true;
        }
        if self.back.load(Ordering::SeqCst) {
            // Fails only when the program ends.
            let _ = self.queue.send((peer.to_string(), data.clone(), reliable));
            return true;
        }
        false
    }
}

fn text<'a>(command: &'a Json, key: &str) -> Result<&'a str, Failure> {
    command[key]
        .as_str()
        .ok_or_else(|| format!("{key} is missing").into())
}

fn number(command: &Json, key: &str) -> Result<u64, Failure> {
    command[key]
        .as_u64()
        .ok_or_else(|| format!("{key} is missing").into())
}

fn flag(command: &Json, key: &str) -> Result<bool, Failure> {
    command[key]
        .as_bool()
        .ok_or_else(|| format!("{key} is missing").into())
}

/// The bytes of a command: as they are, or a CLASP frame.
fn data(command: &Json) -> Result<Bytes, Failure> {
    if let Some(hex) = command["hex"].as_str() {
        return Ok(json::bytes(hex)?.into());
    }
    let frame = &command["frame"];
    let address = text(frame, "address")?.to_string();
    let value = json::value(&frame["value"]);
    let message = match text(frame, "kind")? {
        "set" => Message::Set(SetMessage {
            address,
            value,
            revision: None,
            lock: false,
            unlock: false,
            ttl: None,
        }),
        kind @ ("event" | "stream") => Message::Publish(PublishMessage {
            address,
            signal: Some(if kind == "event" {
                SignalType::Event
            } else {
                SignalType::Stream
            }),
            value: Some(value),
            payload: None,
            samples: None,
            rate: None,
            id: None,
            phase: None,
            timestamp: None,
            timeline: None,
        }),
        other => return Err(format!("there is no kind {other}").into()),
    };
    Ok(codec::encode(&message)?)
}

async fn obey(client: &Clasp, echo: &Echo, command: &Json) -> Result<Json, Failure> {
    match text(command, "do")? {
        "connect" => client.connect_to_peer(text(command, "peer")?).await?,
        "send" => {
            let peer = text(command, "peer")?;
            let taken = client
                .send_p2p(peer, data(command)?, flag(command, "reliable")?)
                .await?;
            return Ok(format!("{taken:?}").into());
        }
        "flood" => {
            let (peer, reliable) = (text(command, "peer")?, flag(command, "reliable")?);
            let data = data(command)?;
            for _ in 0..number(command, "count")? {
                client.send_p2p(peer, data.clone(), reliable).await?;
            }
        }
        "echo" => echo.back.store(flag(command, "on")?, Ordering::SeqCst),
        "count" => echo.count_to(number(command, "count")?),
        "mode" => client.set_p2p_routing_mode(match text(command, "mode")? {
            "server" => RoutingMode::ServerOnly,
            "p2p" => RoutingMode::P2POnly,
            "prefer" => RoutingMode::PreferP2P,
            other => return Err(format!("there is no mode {other}").into()),
        }),
        "connected" => return Ok(client.is_peer_connected(text(command, "peer")?).into()),
        "subscribe" => {
            client
                .subscribe(text(command, "pattern")?, |value, address| {
                    tell(json!({"event": "value", "address": address, "value": json::of(&value)}))
                })
                .await?;
        }
        "set" => {
            client
                .set(text(command, "address")?, json::value(&command["value"]))
                .await?
        }
        "emit" => {
            client
                .emit(text(command, "address")?, json::value(&command["value"]))
                .await?
        }
        other => return Err(format!("there is no command {other}").into()),
    }
    Ok(Json::Null)
}
