//! Masks texts that look like keys or tokens, for output that may be passed on: keys of well-known services, JSON web
//! tokens, private keys, `Authorization` headers, passwords in addresses, and assignments such as `API_KEY=...`.
//!
//! A mask contains only the length of the text that it replaces. Masking looks at texts alone; it cannot know that a
//! text is a secret if it does not look like one.

use std::borrow::Cow;

use regex::Regex;

/// Keys and tokens that are recognized without any context; the whole match is masked.
const TOKENS: [&str; 12] = [
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|\z)",
    r"(?-u:\b)sk-[A-Za-z0-9_-]{16,}",
    r"(?-u:\b)[sr]k_(?:live|test)_[A-Za-z0-9]{10,}",
    r"(?-u:\b)gh[pousr]_[A-Za-z0-9]{20,}",
    r"(?-u:\b)github_pat_[A-Za-z0-9_]{20,}",
    r"(?-u:\b)glpat-[A-Za-z0-9_-]{16,}",
    r"(?-u:\b)(?:AKIA|ASIA)[A-Z0-9]{16}(?-u:\b)",
    r"(?-u:\b)xox[abeprs]-[A-Za-z0-9-]{10,}",
    r"(?-u:\b)AIza[A-Za-z0-9_-]{35}",
    r"(?-u:\b)(?:npm|hf|pypi)[_-][A-Za-z0-9]{30,}",
    r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
    // A key whose end was cut off.
    r"(?-u:\b)(?:sk-|ghp_|gho_|github_pat_|glpat-|xox[bp]-|AKIA|eyJ)[A-Za-z0-9_.-]*…",
];

/// Texts that contain a secret; the secret is what follows the first group.
const CONTEXTS: [&str; 4] = [
    r#"(?i)((?-u:\b)authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic|token)\s+)[^\s"'\\,]{6,}"#,
    r#"(?i)((?-u:\b)bearer\s+)[A-Za-z0-9_.~+/=-]{16,}"#,
    r#"((?-u:\b)[a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:)[^\s/:@"'<>]{3,}@"#,
    r#"(?i)((?-u:\b)[a-z0-9_.-]*(?:api[_-]?key|access[_-]?key|private[_-]?key|secret|token|passwd|password)(?:[_-]?(?:id|key|value))?\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)[A-Za-z0-9_./+~!@#%^&*=-]{6,}"#,
];

/// The beginning of a mask.
const MASK: &str = "[masked, ";

/// Finds and masks keys and tokens.
#[derive(Clone, Debug)]
pub struct Redactor {
    any: Regex,
    contexts: Vec<Regex>,
}

/// The number of masks in a text that was masked and perhaps cut afterwards.
pub(super) fn masks_in(text: &str) -> u64 {
    text.matches(MASK).count() as u64
}

impl Default for Redactor {
    /// Compiles the expressions.
    fn default() -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the expressions are constants, and the tests compile them"
        )]
        let compiled = |expression: &str| Regex::new(expression).expect("the expression is valid");
        let all: Vec<&str> = TOKENS.into_iter().chain(CONTEXTS).collect();
        Self {
            any: compiled(&all.join("|")),
            contexts: CONTEXTS
                .iter()
                .map(|context| compiled(&format!("^(?:{context})")))
                .collect(),
        }
    }
}

impl Redactor {
    /// Replaces each key and token in a text by a mask, and adds the number of masks to `masks`. The text stays
    /// borrowed if nothing is masked.
    pub fn mask<'a>(&self, text: Cow<'a, str>, masks: &mut u64) -> Cow<'a, str> {
        let mut masked = String::new();
        let mut done = 0;
        let mut at = 0;
        while let Some(found) = self.any.find_at(&text, at) {
            let (start, end) = self.secret(&text, found.start(), found.end());
            if start < end {
                let length = text.get(start..end).unwrap_or_default().chars().count();
                masked.push_str(text.get(done..start).unwrap_or_default());
                masked.push_str(&format!("{MASK}{length} characters]"));
                *masks += 1;
                done = end;
            }
            at = found.end();
        }
        if done == 0 {
            return text;
        }
        masked.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(masked)
    }

    /// The range of the secret in a match; empty if the match is not a secret.
    fn secret(&self, text: &str, start: usize, end: usize) -> (usize, usize) {
        let found = text.get(start..end).unwrap_or_default();
        for (number, context) in self.contexts.iter().enumerate() {
            let Some(before) = context.captures(found).and_then(|groups| groups.get(1)) else {
                continue;
            };
            let secret = start + before.end()..end;
            let value = text.get(secret.clone()).unwrap_or_default();
            return match number {
                // The match ends with the @ of the address, which is not part of the secret.
                2 => (secret.start, secret.end - 1),
                3 if !is_assigned(before.as_str(), value, text.get(end..).unwrap_or_default()) => (end, end),
                _ => (secret.start, secret.end),
            };
        }
        (start, end)
    }
}

/// Whether the value in an assignment to a name such as `token` is a secret, rather than code or a placeholder.
fn is_assigned(name: &str, value: &str, behind: &str) -> bool {
    // `token = next_token(...)`, `secret = secrets[...]`
    if behind.starts_with(['(', '[', '{', '<']) {
        return false;
    }
    let bare = name.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    let has_digit = value.chars().any(|sign| sign.is_ascii_digit());
    let has_letter = value.chars().any(|sign| sign.is_ascii_alphabetic());
    // `max_tokens: 4096` is not a secret.
    if !has_letter {
        return has_digit && bare.to_lowercase().contains("passw");
    }
    let is_variable = !bare.chars().any(|sign| sign.is_ascii_lowercase())
        && name.trim_end_matches(['"', '\'']).ends_with('=');
    let is_password = bare.to_lowercase().contains("passw");
    let is_path = value.contains("::") || value.starts_with('/') || value.starts_with("./");
    !is_path
        && (is_variable || (value.len() >= 8 && has_digit) || (is_password && name.ends_with(['"', '\''])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> (String, u64) {
        let (redactor, mut masks) = (Redactor::default(), 0);
        let masked = redactor.mask(Cow::Borrowed(text), &mut masks).into_owned();
        (masked, masks)
    }

    #[test]
    fn keys_and_tokens_are_masked_with_their_length() {
        let key = "sk-proj-abcDEF0123456789abcdef";
        let jwt =
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
        let github = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
        for (text, expected) in [
            (
                format!("use {key}, please"),
                format!("use [masked, {} characters], please", key.len()),
            ),
            (
                format!("{github}\n{jwt}."),
                format!("[masked, 40 characters]\n[masked, {} characters].", jwt.len()),
            ),
            (
                "id AKIAIOSFODNN7EXAMPLE.".to_owned(),
                "id [masked, 20 characters].".to_owned(),
            ),
            (
                "Authorization: Bearer abc.def-123".to_owned(),
                "Authorization: Bearer [masked, 11 characters]".to_owned(),
            ),
            (
                "export API_KEY=hunter2hunter".to_owned(),
                "export API_KEY=[masked, 13 characters]".to_owned(),
            ),
            (
                r#"{"api_key": "abcd1234"}"#.to_owned(),
                r#"{"api_key": "[masked, 8 characters]"}"#.to_owned(),
            ),
            (
                r#"{\"password\":\"correcthorse\"}"#.to_owned(),
                r#"{\"password\":\"[masked, 12 characters]\"}"#.to_owned(),
            ),
            (
                "postgres://ann:secret1@db/x".to_owned(),
                "postgres://ann:[masked, 7 characters]@db/x".to_owned(),
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\nrest".to_owned(),
                "[masked, 66 characters]\nrest".to_owned(),
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nAAAA".to_owned(),
                "[masked, 32 characters]".to_owned(),
            ),
            (
                format!("cut {}\u{2026}", &key[..12]),
                "cut [masked, 13 characters]".to_owned(),
            ),
        ] {
            assert_eq!(masked(&text).0, expected, "{text}");
            assert!(masked(&text).1 > 0);
        }
        assert_eq!(masked(&format!("{key} {key}")).1, 2);
    }

    #[test]
    fn code_counts_and_placeholders_are_not_masked() {
        for text in [
            "max_tokens: 4096, \"total_tokens\": 123456789",
            "let token = next_token2(stream);",
            "token = secrets1[name]",
            "API_KEY=$OPENAI_KEY",
            "password = \"\"",
            "a task-skeleton-of-something-long and disk-0123456789abcdefgh",
            "https://example.com:8080/path@x",
            "the tokens: input_tokens, output_tokens",
            "use crate::token::Token; token: std::path::PathBuf",
            "eyJ is how a token begins",
        ] {
            assert_eq!(masked(text), (text.to_owned(), 0));
        }
    }
}
