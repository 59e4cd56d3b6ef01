//! The help of every command, as a person sees it.

use crate::support::{assert_snapshot, home, run};

#[test]
fn the_help_of_every_command_is_this() {
    let program = goldsmith::cli::command();
    let commands = program.get_subcommands().map(|command| command.get_name().to_owned());
    for command in std::iter::once("goldsmith".to_owned()).chain(commands) {
        let arguments: Vec<&str> =
            if command == "goldsmith" { vec!["--help"] } else { vec![command.as_str(), "--help"] };
        let (code, out, err) = run(home(), &arguments);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{command}");
        assert_snapshot(&format!("help/{command}.txt"), &out);
        let widest = out.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        assert!(widest <= 110, "the help of `{command}` is {widest} wide");
    }
}

#[test]
fn arguments_are_declared_without_contradiction() {
    goldsmith::cli::command().debug_assert();
}

#[test]
fn every_command_and_every_option_says_what_it_does() {
    let mut program = goldsmith::cli::command();
    program.build();
    for command in program.get_subcommands() {
        assert!(command.get_about().is_some(), "`{command}` says nothing");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "`{argument}` of `{command}` says nothing");
        }
    }
}
