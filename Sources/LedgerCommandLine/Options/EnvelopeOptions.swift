internal import ArgumentParser
internal import LedgerDomain

/// Who asks, and what the records belong to.
struct ActorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who asks: user, member, application, platform or operator, and a name.",
            valueName: "kind[:id]"))
    var actor: LedgerActor = .application

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What the records belong to.", valueName: "id"))
    var correlation: CorrelationID?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What the records are caused by.", valueName: "id"))
    var causation: CausationID?

    @Option(
        help: ArgumentHelp(
            "The ledger's time, RFC 3339; for a ledger with a simulated clock only.",
            valueName: "time"))
    var now: Timestamp?

    var context: CommandContext {
        CommandContext(actor: actor, correlationID: correlation, causationID: causation)
    }
}

/// The conditions of one command.
struct EnvelopeOptions: ParsableArguments {
    @OptionGroup var actor: ActorOptions

    @Option(help: ArgumentHelp("When it happened, RFC 3339, if not now.", valueName: "time"))
    var occurredAt: Timestamp?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The key under which it is carried out once.", valueName: "key"))
    var idempotencyKey: IdempotencyKey?

    @Option(
        help: ArgumentHelp(
            "The user's version that was seen; another one refuses.", valueName: "version"))
    var expectVersion: UserVersion?

    var context: CommandContext {
        var context = actor.context
        context.occurredAt = occurredAt
        context.idempotencyKey = idempotencyKey
        context.expectedUserVersion = expectVersion
        return context
    }
}
