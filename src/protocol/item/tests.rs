use super::*;

fn lines(file: &[u8]) -> Vec<Option<RolloutItem>> {
    let block = TextBlock::new(file.to_vec(), 100);
    let mut start = 0;
    let mut items = Vec::new();
    for (number, line) in file.split(|&byte| byte == b'\n').enumerate() {
        items.push(RolloutItem::of_line(
            &block,
            start..start + line.len(),
            number as u32 + 1,
        ));
        start += line.len() + 1;
    }
    items
}

fn line(bytes: &[u8]) -> RolloutItem {
    lines(bytes).remove(0).unwrap()
}

#[test]
fn an_item_is_small() {
    assert!(size_of::<RolloutItem>() <= 32);
    assert!(size_of::<Option<RolloutItem>>() <= 32);
}

#[test]
fn the_text_stays_what_it_was() {
    for text in [
        r#"{"b":1.50,"a":1e400,"a":"\u00e9\/\ud800","c":[ 1 ,2]}"#,
        "{}",
        r#"{"type":"event_msg","payload":null}"#,
        "{\t\"a\" : 1 }",
    ] {
        let item = RolloutItem::parse(text).unwrap();
        assert_eq!(item.text(), text);
        assert_eq!(&*item.bytes(), text.as_bytes());
        assert_eq!(serde_json::to_string(&[&item]).unwrap(), format!("[{text}]"));
        let back: Vec<RolloutItem> = serde_json::from_str(&format!("[{text}]")).unwrap();
        assert_eq!(back, [item]);
    }
}

#[test]
fn line_ends_between_tokens_are_left_out() {
    let item = RolloutItem::parse("\n{\r\n \"a\":\n [1,\r2]}\n ").unwrap();
    assert_eq!(item.text(), r#"{ "a": [1,2]}"#);
    let item = line(b" {\"a\":\r1} \r");
    assert_eq!(item.text(), r#"{"a":1}"#);
    assert_eq!(&*item.bytes(), b"{\"a\":\r1}");
    assert_eq!(serde_json::to_string(&item).unwrap(), r#"{"a":1}"#);
}

#[test]
fn only_objects_are_items() {
    for text in [
        "",
        "[]",
        "1",
        "null",
        "\"{}\"",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":NaN}",
    ] {
        assert!(RolloutItem::parse(text).is_err(), "{text}");
        assert!(serde_json::from_str::<RolloutItem>(text).is_err(), "{text}");
        assert!(text.is_empty() || line(text.as_bytes()).is_damaged(), "{text}");
    }
    assert_eq!(
        RolloutItem::parse(" [1]").unwrap_err(),
        JsonError {
            at: 1,
            what: "expected an object"
        }
    );
}

#[test]
fn blank_lines_are_no_items() {
    let items = lines(b" \t\r\x0b\x0c\n\n{}\n\xc2\xa0\n\x00");
    let damaged: Vec<_> = items
        .iter()
        .map(|item| item.as_ref().map(RolloutItem::is_damaged))
        .collect();
    assert_eq!(damaged, [None, None, Some(false), Some(true), Some(true)]);
}

#[test]
fn place_and_marks_of_a_line() {
    let items = lines(
        b"{}\n  {\"ordinal\":7,\"payload\":{\"type\":\"x\"},\"timestamp\":\"2025-09-26T17:01:04.500Z\"}\n?",
    );
    let item = items[1].clone().unwrap();
    assert_eq!((item.line(), item.offset()), (Some(2), Some(105)));
    assert!(item.is_wrapped() && item.has_ordinal());
    assert_eq!(item.ordinal(), Some(7));
    assert_eq!(
        item.timestamp().unwrap().to_rfc3339(),
        "2025-09-26T17:01:04.500+00:00"
    );
    assert_eq!(item.payload().unwrap().text(), r#"{"type":"x"}"#);
    let bare = items[0].clone().unwrap();
    assert_eq!(
        (bare.payload().unwrap().text(), bare.ordinal(), bare.timestamp()),
        ("{}", None, None)
    );
    assert_eq!(items[2].clone().unwrap().offset(), Some(100 + 3 + 74 + 4));
    assert_eq!(
        (
            RolloutItem::parse("{}").unwrap().line(),
            RolloutItem::parse("{}").unwrap().offset()
        ),
        (None, None)
    );
    assert!(line(br#"{"p\u0061yload":1,"ordin\u0061l":null}"#).is_wrapped());
    assert!(!line(br#"{"a":{"payload":1,"ordinal":2}}"#).is_wrapped());
}

#[test]
fn damage_is_kept_and_comes_back() {
    for (bytes, text) in [
        (&b"{\"a\":1"[..], r#"{"$damaged":{"text":"{\"a\":1"}}"#),
        (b" \0\0 \r", r#"{"$damaged":{"text":" \u0000\u0000 \r"}}"#),
        (b"{\"a\":\"\xff\"}", r#"{"$damaged":{"base64":"eyJhIjoi/yJ9"}}"#),
    ] {
        let item = line(bytes);
        assert!(item.is_damaged() && item.json().is_none() && item.payload().is_none());
        assert_eq!(item.text(), text);
        assert_eq!(&*item.bytes(), bytes);
        assert_eq!(item, RolloutItem::damaged(bytes));
        let back: RolloutItem = serde_json::from_str(text).unwrap();
        assert!(back.is_damaged());
        assert_eq!(back, item);
        assert_eq!(&*back.bytes(), bytes);
    }
    let spaced = r#"{ "$damaged" : {"text":"\u0041"} }"#;
    let item = RolloutItem::parse(spaced).unwrap();
    assert!(item.is_damaged());
    assert_eq!(
        (&*item.text(), &*item.bytes(), item.len()),
        (spaced, &b"A"[..], 1)
    );
    for other in [
        r#"{"$damaged":{"text":1}}"#,
        r#"{"$damaged":{"base64":"?"}}"#,
        r#"{"$damaged":{"text":"","a":1}}"#,
    ] {
        assert!(!RolloutItem::parse(other).unwrap().is_damaged(), "{other}");
    }
    assert!(
        !line(br#"{"$damaged":{"text":"a"}}"#).is_damaged(),
        "an object of a file is an item"
    );
}

#[test]
fn what_is_found_by_its_place_is_what_a_search_by_name_finds() {
    let long = "x".repeat(70_000);
    let texts = [
        r#"{"timestamp":"2026-05-01T10:00:00Z","type":"event_msg","payload":{"type":"x"}}"#.to_owned(),
        r#"{"timestamp":"a","timestamp":"2026-05-01T10:00:00Z","ordinal":3,"payload" : [1, {"payload":2}] }"#
            .to_owned(),
        r#"{"timestamp":"2026-05-01T10:00:00Z","timestamp":{"a":1},"payload":7}"#.to_owned(),
        r#"{"payload":1,"ordinal":4,"payload":"two","timestamp":"2026-05-01T10:00:00Z"}"#.to_owned(),
        r#"{"payload":{},"payload":null}"#.to_owned(),
        r#"{"p\u0061yload":{"a":"}"},"t\u0069mestamp":"2026-05-01T10:00:00Z"}"#.to_owned(),
        r#"{"t\u0069mestamp":"2026-05-01T10:00:00Z","ordinal":9,"p\u0061yload":"}"}"#.to_owned(),
        r#"{"x":{"payload":1,"timestamp":"2026-05-01T10:00:00Z"},"ordinal":"no"}"#.to_owned(),
        format!(r#"{{"x":"{long}","ordinal":5,"payload":{{"type":"y"}}}}"#),
        "{\"ordinal\":\r6,\r\"payload\"\r:\r[1]\r}".to_owned(),
    ];
    for text in texts {
        for item in [RolloutItem::parse(text.as_str()).unwrap(), line(text.as_bytes())] {
            let json = item.json().unwrap();
            let payload = json.get("payload").unwrap_or(json);
            assert_eq!(
                item.payload().map(Json::text),
                Some(payload.text()),
                "{text:.200}"
            );
            let ordinal = json.get("ordinal").and_then(Json::as_u64);
            assert_eq!(item.ordinal(), ordinal, "{text:.200}");
            let timestamp = json.get("timestamp").and_then(Json::as_str);
            let timestamp = timestamp.and_then(|text| parse_rollout_time(&text));
            assert_eq!(item.timestamp(), timestamp, "{text:.200}");
        }
    }
}
