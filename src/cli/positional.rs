//! Parses arguments in the order `--from PATH... THREAD` too. clap reads THREAD as one more PATH there, because an option
//! with several values takes all words up to the next option. If a command lacks its positional argument, this file takes
//! the last of these words instead.

use std::ffi::OsString;
use std::path::Path;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command, Error, FromArgMatches, ValueHint};

/// Parses the arguments of the program.
///
/// # Errors
/// Those of clap.
pub fn parse<T: FromArgMatches>(mut command: Command, arguments: &[OsString]) -> Result<T, Error> {
    let read = command.try_get_matches_from_mut(arguments);
    let read = match last_path_as_positional(&command, arguments, &read) {
        // A word that is no valid value for the positional argument remains a path.
        Some(moved) => command.try_get_matches_from_mut(moved).or(read),
        None => read,
    };
    T::from_arg_matches(&read?).map_err(|error| error.format(&mut command))
}

/// The arguments with the last value of an option with several values moved to the end, as the positional argument, if
/// the command has one that is not given. An existing path stays a value of the option, unless the positional argument is
/// a path too.
fn last_path_as_positional(
    command: &Command,
    arguments: &[OsString],
    read: &Result<ArgMatches, Error>,
) -> Option<Vec<OsString>> {
    let subcommand = command.find_subcommand(arguments.get(1)?)?;
    let positionals: Vec<&Arg> = subcommand.get_positionals().collect();
    let [positional] = positionals.as_slice() else {
        return None;
    };
    let is_missing = match read {
        Ok(read) => read
            .subcommand()
            .is_some_and(|(_, read)| !read.contains_id(positional.get_id().as_str())),
        Err(error) => error.kind() == ErrorKind::MissingRequiredArgument,
    };
    if !is_missing || takes_several(positional) || arguments.iter().any(|word| word == "--") {
        return None;
    }
    let last = subcommand
        .get_arguments()
        .filter(|option| takes_several(option))
        .filter_map(|option| last_value(arguments, option.get_long()?))
        .max()?;
    let is_path = matches!(positional.get_value_hint(), ValueHint::FilePath);
    if !is_path && Path::new(arguments.get(last)?).exists() {
        return None;
    }
    let mut moved = arguments.to_vec();
    let value = moved.remove(last);
    moved.extend(["--".into(), value]);
    Some(moved)
}

fn takes_several(argument: &Arg) -> bool {
    argument
        .get_num_args()
        .is_some_and(|count| count.max_values() > 1)
}

/// The position of the last value of an option that is given with at least two.
fn last_value(arguments: &[OsString], option: &str) -> Option<usize> {
    let is_option = |word: &OsString| {
        let word = word.as_encoded_bytes();
        word.starts_with(b"-") && word != b"-"
    };
    let option = format!("--{option}");
    let at = arguments.iter().rposition(|word| *word == *option)?;
    let values = arguments
        .iter()
        .skip(at + 1)
        .take_while(|word| !is_option(word))
        .count();
    (values > 1).then_some(at + values)
}
