//! A small HTML tokenizer that accepts only what this program writes: known tags with known attributes, references, and
//! text. Everything else is an error.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]

use std::collections::BTreeMap;

/// An element that is open, or a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Open(String, BTreeMap<String, String>),
    Close(String),
    Text(String),
}

const TAGS: [&str; 27] = [
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "small", "dl", "dt", "dd", "section",
    "article", "header", "a", "b", "time", "code", "span", "details", "summary", "pre", "p", "main", "nav",
    "footer",
];
const ATTRIBUTES: [&str; 7] = ["lang", "charset", "http-equiv", "content", "name", "id", "class"];
const EMPTY: [&str; 1] = ["meta"];

/// The tokens of a document. Panics at anything that is not expected, such as an element that is not closed.
pub fn tokens(document: &str) -> Vec<Token> {
    let mut rest = document
        .strip_prefix("<!DOCTYPE html>")
        .expect("it begins with its type");
    let (mut tokens, mut open) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        let end = rest.find('<').unwrap_or(rest.len());
        let (text, behind) = rest.split_at(end);
        if !text.is_empty() {
            let text = match open.last().map(String::as_str) {
                Some("style") => text.to_owned(),
                _ => decoded(text),
            };
            tokens.push(Token::Text(text));
        }
        let Some(tag) = behind.strip_prefix('<') else {
            break;
        };
        let (tag, behind) = tag.split_once('>').expect("a tag ends");
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closes what is open");
            tokens.push(Token::Close(name.to_owned()));
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "<{tag}>");
        let mut found = BTreeMap::new();
        let mut attributes = attributes;
        while !attributes.is_empty() {
            let (key, behind) = attributes
                .split_once("=\"")
                .expect("an attribute has a value in quotes");
            let (value, behind) = behind.split_once('"').expect("a value ends");
            assert!(
                ATTRIBUTES.contains(&key) || key == "href" && value.starts_with('#'),
                "<{tag}>"
            );
            assert!(found.insert(key.to_owned(), decoded(value)).is_none(), "<{tag}>");
            attributes = behind.trim_start_matches(' ');
        }
        if !EMPTY.contains(&name) {
            open.push(name.to_owned());
        }
        tokens.push(Token::Open(name.to_owned(), found));
    }
    assert!(open.is_empty(), "{open:?}");
    tokens
}

/// The text with its references replaced.
fn decoded(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, behind) = part.split_once(';').expect("a reference ends");
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            "#13" => '\r',
            _ => panic!("&{name};"),
        });
        out.push_str(behind);
    }
    out
}

/// An entry: its number, its class, its title, and its texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    pub id: String,
    pub class: String,
    pub title: String,
    pub texts: Vec<String>,
}

/// The entries of a document, with the texts of their `pre` elements of the class `text`.
pub fn articles(document: &str) -> Vec<Article> {
    let mut articles: Vec<Article> = Vec::new();
    let (mut in_text, mut in_title) = (false, false);
    for token in tokens(document) {
        match token {
            Token::Open(name, attributes) => {
                let of = |key: &str| attributes.get(key).cloned().unwrap_or_default();
                match name.as_str() {
                    "article" => articles.push(Article {
                        id: of("id"),
                        class: of("class"),
                        title: String::new(),
                        texts: Vec::new(),
                    }),
                    "pre" => {
                        in_text = of("class") == "text";
                        if let Some(article) = articles.last_mut().filter(|_| in_text) {
                            article.texts.push(String::new());
                        }
                    }
                    "code" => in_title = articles.last().is_some_and(|article| article.texts.is_empty()),
                    _ => {}
                }
            }
            Token::Close(name) if name == "pre" => in_text = false,
            Token::Close(name) if name == "code" => in_title = false,
            Token::Text(text) => {
                if let Some(article) = articles.last_mut() {
                    if in_text {
                        // The first line break is no part of the text.
                        let text = text.strip_prefix('\n').unwrap_or(&text);
                        article.texts.last_mut().unwrap().push_str(text);
                    } else if in_title && article.title.is_empty() {
                        article.title = text;
                    }
                }
            }
            Token::Close(_) => {}
        }
    }
    articles
}
