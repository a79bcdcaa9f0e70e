//! CLASP's Rust client with peer-to-peer links, led by commands on standard input. Both commands and
//! what happens are JSON, one object a line. It ends with its input.
//!
//! What is sent goes either directly (`{peer, reliable, frame|hex}`) or as an event through the
//! router (`{address, value}`). Commands: `connect {peer}`, `disconnect {peer}`, `connected {peer}`,
//! `send {…}`, `flood {count, …}`, `round-trips {count, …}`, `set {address, value}`,
//! `subscribe {pattern}`, `mode {mode}`; and what to do with what arrives: `tell`, `count {count}`,
//! `counted`, `answer {…}`.
//! Each has its name under `do`, and is answered by one `done` that carries its `id`.

use bytes::Bytes;
use clasp_client::{ClaspBuilder, P2PEvent, RoutingMode};
use clasp_core::{codec, Message, P2PConfig, PublishMessage, SetMessage, SignalType};
use clasp_interop::{json, links::Links, options::Options};
use serde_json::{json, Value as Json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::{mpsc, Notify};
use tokio::time::timeout;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

const USAGE: &str = "\
Usage: peer --url ws://HOST:PORT [option]…
  --name TEXT
  --token TEXT
  --timeout SECONDS   how long an offer may take (30)
  --fallback BOOL     whether a failed send counts as one for the router (true)
  --own-manager BOOL  whether to use the manager of links without the client (false)";

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
    let mut own_manager = false;
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
            "--own-manager" => own_manager = value.parse()?,
            "--fallback" => p2p.auto_fallback = value.parse()?,
            _ => return Err(format!("there is no option {option}").into()),
        }
    }

    let mut builder = ClaspBuilder::new(&url.ok_or("--url is missing")?).name(&name);
    if let Some(token) = token {
        builder = builder.token(&token);
    }
    let links = Links::connect(builder, p2p, own_manager).await?;
    let (to_send, mut answers) = mpsc::unbounded_channel();
    let arrivals = Arc::new(Arrivals::new(to_send));
    let listener = Arc::clone(&arrivals);
    links.on_event(move |event| heard(event, &listener));
    tell(json!({"event": "session", "session": links.client().session_id()}));

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    // One loop sends everything: the future of `send_p2p` cannot be spawned, as it holds a lock over
    // a wait, and two of them on one thread would wait for each other for ever.
    loop {
        let line = tokio::select! {
            Some(answer) = answers.recv() => {
                if let Err(problem) = answer.send(&links).await {
                    tell(json!({"event": "problem", "text": problem.to_string()}));
                }
                continue;
            }
            line = lines.next_line() => line?,
        };
        let Some(line) = line else { break };
        let command: Json = serde_json::from_str(&line)?;
        let mut done = match obey(&links, &arrivals, &command).await {
            Ok(result) => json!({"event": "done", "result": result}),
            Err(problem) => json!({"event": "done", "error": problem.to_string()}),
        };
        done["id"] = command["id"].clone();
        tell(done);
    }
    links.client().close().await;
    Ok(())
}

fn tell(event: Json) {
    println!("{event}");
}

fn heard(event: P2PEvent, arrivals: &Arrivals) {
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
        } => arrivals.take(|| {
            json!({
                "event": "data",
                "peer": peer_session_id,
                "reliable": reliable,
                "hex": json::hex(&data),
                "frame": json::frame(&data),
            })
        }),
    }
}

/// Something to send: directly, or as an event through the router.
#[derive(Clone)]
enum Outgoing {
    Direct(String, Bytes, bool),
    ByRouter(String, clasp_core::Value),
}

impl Outgoing {
    fn of(command: &Json) -> Result<Self, Failure> {
        Ok(match command["peer"].as_str() {
            Some(peer) => {
                Self::Direct(peer.to_string(), data(command)?, flag(command, "reliable")?)
            }
            None => Self::ByRouter(
                text(command, "address")?.to_string(),
                json::value(&command["value"]),
            ),
        })
    }

    async fn send(&self, links: &Links) -> Result<Json, Failure> {
        match self {
            Self::Direct(peer, data, reliable) => {
                let taken = links.send(peer, data.clone(), *reliable).await?;
                Ok(format!("{taken:?}").into())
            }
            Self::ByRouter(address, value) => {
                links.client().emit(address, value.clone()).await?;
                Ok(Json::Null)
            }
        }
    }
}

/// What is done with whatever arrives.
enum Arriving {
    /// It is told.
    Told,
    /// It is counted, and told once when the count is reached.
    Counted { count: u64, arrived: u64 },
    /// It is answered.
    Answered(Outgoing),
    /// A round trip has ended.
    Awaited,
}

struct Arrivals {
    mode: Mutex<Arriving>,
    to_send: mpsc::UnboundedSender<Outgoing>,
    awaited: Notify,
}

impl Arrivals {
    fn new(to_send: mpsc::UnboundedSender<Outgoing>) -> Self {
        Self {
            mode: Mutex::new(Arriving::Told),
            to_send,
            awaited: Notify::new(),
        }
    }

    fn become_(&self, mode: Arriving) {
        *self.mode.lock().unwrap() = mode;
    }

    fn take(&self, event: impl FnOnce() -> Json) {
        match &mut *self.mode.lock().unwrap() {
            Arriving::Told => tell(event()),
            Arriving::Counted { count, arrived } => {
                *arrived += 1;
                if arrived == count {
                    tell(json!({"event": "counted"}));
                }
            }
            // Fails only when the program ends.
            Arriving::Answered(answer) => drop(self.to_send.send(answer.clone())),
            Arriving::Awaited => self.awaited.notify_one(),
        }
    }

    /// How many have arrived while they were counted.
    fn counted(&self) -> u64 {
        match *self.mode.lock().unwrap() {
            Arriving::Counted { arrived, .. } => arrived,
            _ => 0,
        }
    }

    /// Sends, waits for an answer, and so on; returns the round trips in microseconds, or none if
    /// an answer did not come.
    async fn round_trips(
        &self,
        links: &Links,
        message: &Outgoing,
        count: u64,
    ) -> Result<Json, Failure> {
        self.become_(Arriving::Awaited);
        let mut micros = Vec::new();
        for _ in 0..count {
            let began = Instant::now();
            let sent = message.send(links).await.is_ok();
            if !sent || timeout(PATIENCE, self.awaited.notified()).await.is_err() {
                // One that is lost tells nothing about the others.
                micros.clear();
                break;
            }
            micros.push(began.elapsed().as_nanos() as f64 / 1_000.0);
        }
        self.become_(Arriving::Told);
        Ok(json!(micros))
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

/// Sends a message so often; how often it was taken, and what kept it from being taken again.
async fn flood(message: &Outgoing, links: &Links, count: u64) -> Json {
    for sent in 0..count {
        let problem = match message.send(links).await {
            // What is to go directly and counts as sent by the router is not sent at all.
            Ok(taken) if taken == "Relay" => "there is no link".to_string(),
            Ok(_) => continue,
            Err(problem) => problem.to_string(),
        };
        return json!({"sent": sent, "problem": problem});
    }
    json!({"sent": count, "problem": null})
}

async fn obey(links: &Links, arrivals: &Arc<Arrivals>, command: &Json) -> Result<Json, Failure> {
    match text(command, "do")? {
        "connect" => links.connect_to(text(command, "peer")?).await?,
        "disconnect" => links.disconnect(text(command, "peer")?).await?,
        "connected" => return Ok(links.is_connected(text(command, "peer")?).into()),
        "send" => return Outgoing::of(command)?.send(links).await,
        "flood" => {
            return Ok(flood(&Outgoing::of(command)?, links, number(command, "count")?).await);
        }
        "round-trips" => {
            let message = Outgoing::of(command)?;
            return arrivals
                .round_trips(links, &message, number(command, "count")?)
                .await;
        }
        "count" => arrivals.become_(Arriving::Counted {
            count: number(command, "count")?,
            arrived: 0,
        }),
        "counted" => return Ok(arrivals.counted().into()),
        "answer" => arrivals.become_(Arriving::Answered(Outgoing::of(command)?)),
        "tell" => arrivals.become_(Arriving::Told),
        "mode" => links.route(match text(command, "mode")? {
            "server" => RoutingMode::ServerOnly,
            "p2p" => RoutingMode::P2POnly,
            "prefer" => RoutingMode::PreferP2P,
            other => return Err(format!("there is no mode {other}").into()),
        }),
        "subscribe" => {
            let arrivals = Arc::clone(arrivals);
            links
                .client()
                .subscribe(text(command, "pattern")?, move |value, address| {
                    arrivals.take(
                        || json!({"event": "value", "address": address, "value": json::of(&value)}),
                    )
                })
                .await?;
        }
        "set" => {
            links
                .client()
                .set(text(command, "address")?, json::value(&command["value"]))
                .await?
        }
        other => return Err(format!("there is no command {other}").into()),
    }
    Ok(Json::Null)
}
