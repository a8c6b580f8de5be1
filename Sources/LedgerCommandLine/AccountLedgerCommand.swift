internal import ArgumentParser

/// The program: the options that every subcommand has, and the subcommands.
struct AccountLedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.name,
        abstract: "An append-only ledger of the third-party accounts that users have connected.",
        discussion: """
            Exit codes: 0 fine; 1 it ran and found what it looks for (refusal, difference, \
            rejected row); 2 usage or environment; 3 the integrity of the log is broken; 4 stopped \
            early, can be resumed.
            """,
        version: Program.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Asking",
                subcommands: [
                    Accounts.self, Active.self, Explain.self, History.self, Replay.self,
                ]),
            CommandGroup(
                name: "Changing",
                subcommands: [
                    IssueStateCommand.self, LinkCommand.self, ExpireCommand.self,
                    RevokeCommand.self, RelabelCommand.self, SelectCommand.self,
                    Reconcile.self,
                ]),
            CommandGroup(
                name: "Streaming",
                subcommands: [Apply.self, Import.self, Export.self, Tail.self]),
            CommandGroup(
                name: "Maintenance",
                subcommands: [
                    Create.self, Verify.self, Doctor.self, Diff.self, Rebuild.self, Parked.self,
                    Stat.self, Backup.self, Restore.self, Compact.self,
                ]),
            CommandGroup(name: "Learning", subcommands: [Demo.self]),
        ])

    @OptionGroup var global: GlobalOptions
}
