internal import AccountLedgerTesting
internal import LedgerDomain

extension RefusalPair {
    static let ofHolders = [
        RefusalPair(earlier: "accountMismatch", later: "grantAlreadyLinked") {
            try prepare(&$0)
            let state = try $0.issue(reconnect: credential(1))
            return .link(state, grant: "g2", as: google("z"))
        } mending: { _, _ in
            .link(DecisionScenario.state(3), grant: "g2", as: google("a"))
        },
        RefusalPair(earlier: "accountMismatch", later: "accountAlreadyLinked") {
            try prepare(&$0)
            return .importing(grant: "g1", as: google("b"))
        } mending: { _, _ in
            .importing(grant: "g9", as: google("b"))
        },
        RefusalPair(earlier: "accountMismatch", later: "alreadyConnected") {
            let strict = try $0.issue(multiple: false)
            try prepare(&$0)
            return .link(strict, grant: "g1", as: google("z"))
        } mending: { _, _ in
            .link(DecisionScenario.state(1), grant: "g9", as: google("z"))
        },
        RefusalPair(earlier: "grantAlreadyLinked", later: "accountAlreadyLinked") {
            try prepare(&$0)
            return .link(try $0.issue(), grant: "g2", as: google("b"))
        } mending: { _, _ in
            .link(DecisionScenario.state(3), grant: "g9", as: google("b"))
        },
        RefusalPair(earlier: "grantAlreadyLinked", later: "accountAlreadyLinked") {
            try prepare(&$0)
            try $0.connect("alice", "calendar", grant: "g3", as: google("c"))
            return .importing(grant: "g3", as: google("b"))
        } mending: { _, _ in
            .importing(grant: "g9", as: google("b"))
        },
        RefusalPair(earlier: "grantAlreadyLinked", later: "alreadyConnected") {
            let strict = try $0.issue(multiple: false)
            try prepare(&$0)
            return .link(strict, grant: "g2", as: google("z"))
        } mending: { _, _ in
            .link(DecisionScenario.state(1), grant: "g9", as: google("z"))
        },
    ]

    static let ofRoom = [
        RefusalPair(earlier: "accountAlreadyLinked", later: "alreadyConnected") {
            let strict = try $0.issue(multiple: false)
            try prepare(&$0)
            return .link(strict, grant: "g9", as: google("b"))
        } mending: { _, _ in
            .link(DecisionScenario.state(1), grant: "g9", as: google("z"))
        },
        RefusalPair(
            earlier: "accountAlreadyLinked", later: "accountLimitReached",
            policy: Policy(accountLimit: 1)
        ) {
            let state = try $0.issue()
            try prepare(&$0)
            return .link(state, grant: "g9", as: google("b"))
        } mending: { _, _ in
            .link(DecisionScenario.state(1), grant: "g9", as: google("z"))
        },
        RefusalPair(
            earlier: "alreadyConnected", later: "accountLimitReached",
            policy: Policy(accountLimit: 1)
        ) {
            try prepare(&$0)
            return .issue(multiple: false)
        } mending: { _, _ in
            .issue(multiple: true)
        },
        RefusalPair(earlier: "alreadyConnected", later: "labelTaken") {
            try prepare(&$0)
            return .issue(multiple: false, label: "work")
        } mending: { _, _ in
            .issue(multiple: true, label: "work")
        },
        RefusalPair(
            earlier: "accountLimitReached", later: "labelTaken", policy: Policy(accountLimit: 2)
        ) {
            try prepare(&$0)
            try $0.connect("alice", grant: "g3", as: google("c"))
            return .issue(multiple: true, label: "work")
        } mending: { scenario, command in
            try scenario.apply(.revoke(credential(3)))
            return command
        },
    ]
}
