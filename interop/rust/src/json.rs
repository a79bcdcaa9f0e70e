//! Values and frames of CLASP as JSON, for the lines that programs and tests exchange.

use clasp_core::{codec, Message, Value};
use serde_json::{json, Value as Json};

pub fn of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(one) => json!(one),
        Value::Int(one) => json!(one),
        Value::Float(one) => json!(one),
        Value::String(one) => json!(one),
        Value::Bytes(one) => json!({ "hex": hex(one) }),
        Value::Array(all) => all.iter().map(of).collect(),
        Value::Map(all) => all
            .iter()
            .map(|(key, one)| (key.clone(), of(one)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

pub fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(one) => Value::Bool(*one),
        Json::Number(one) => match one.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(one.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(one) => Value::String(one.clone()),
        Json::Array(all) => Value::Array(all.iter().map(value).collect()),
        Json::Object(all) => Value::Map(
            all.iter()
                .map(|(key, one)| (key.clone(), value(one)))
                .collect(),
        ),
    }
}

/// What a CLASP frame holds, or null if the bytes are none.
pub fn frame(data: &[u8]) -> Json {
    match codec::decode(data) {
        Ok((Message::Set(set), _)) => {
            json!({"kind": "set", "address": set.address, "value": of(&set.value)})
        }
        Ok((Message::Publish(publish), _)) => json!({
            "kind": publish.signal.map(|signal| format!("{signal:?}").to_lowercase()),
            "address": publish.address,
            "value": publish.value.or(publish.payload).as_ref().map(of),
        }),
        Ok((other, _)) => json!({"kind": format!("{:?}", other.type_code()).to_lowercase()}),
        Err(_) => Json::Null,
    }
}

pub fn hex(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    if hex.len() % 2 != 0 {
        return Err("hex digits come in pairs".to_string());
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| hex.get(at..at + 2).ok_or("not ASCII".to_string()))
        .map(|pair| pair.and_then(|two| u8::from_str_radix(two, 16).map_err(|e| e.to_string())))
        .collect()
}
