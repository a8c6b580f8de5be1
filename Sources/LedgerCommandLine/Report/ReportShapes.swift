internal import LedgerDomain

/// The shapes of a report's marks and bars: each says by its form what it says by its colour.
enum ReportShapes {
    /// Defined once, used by reference.
    static let definitions: StaticString = """
        <svg class="defs" aria-hidden="true" focusable="false" width="0" height="0"><defs>
        <pattern id="stripes" width="8" height="8" patternUnits="userSpaceOnUse"
         patternTransform="rotate(45)"><rect class="s-expired-back" width="8" height="8"/>
        <rect class="s-expired-line" width="4" height="8"/></pattern>
        <pattern id="weave" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect class="s-mixed-back" width="6" height="6"/><path class="s-mixed-line"
         d="M0 0L6 6M6 0L0 6"/></pattern>
        <g id="k-state"><circle class="m-hollow" r="4"/></g>
        <g id="k-linked"><circle class="m-valid" r="5"/></g>
        <g id="k-expired"><path class="m-expired" d="M0 -6L6 0L0 6L-6 0Z"/></g>
        <g id="k-revoked"><path class="m-revoked" d="M-4 -4L4 4M4 -4L-4 4"/></g>
        <g id="k-label"><rect class="m-plain" x="-4" y="-4" width="8" height="8"/></g>
        <g id="k-selected"><path class="m-choice" d="M0 -6L6 5L-6 5Z"/></g>
        </defs></svg>
        """

    /// The shape of an event.
    static func shape(_ kind: EventKind) -> String {
        switch kind {
        case .stateIssued: "k-state"
        case .grantLinked: "k-linked"
        case .grantExpired: "k-expired"
        case .grantRevoked: "k-revoked"
        case .labelChanged: "k-label"
        case .accountSelected: "k-selected"
        }
    }

    /// What an event is called where its wire name would be too long.
    static func words(_ kind: EventKind) -> String {
        switch kind {
        case .stateIssued: "authorization begun"
        case .grantLinked: "grant linked"
        case .grantExpired: "grant expired"
        case .grantRevoked: "grant revoked"
        case .labelChanged: "label changed"
        case .accountSelected: "account selected"
        }
    }

    /// A mark beside a text.
    static func symbol(_ kind: EventKind, in page: inout Markup) {
        page.element(
            "svg",
            [
                "class": "sym", "viewBox": "-7 -7 14 14", "width": "14", "height": "14",
                "aria-hidden": "true",
            ]
        ) { $0.empty("use", ["href": "#" + shape(kind)]) }
    }

    /// A piece of a bar beside a text.
    static func swatch(_ kind: String, in page: inout Markup) {
        page.element(
            "svg", ["class": "swatch", "width": "28", "height": "12", "aria-hidden": "true"]
        ) { svg in
            svg.empty(
                "rect",
                ["class": "b-" + kind, "x": "1", "y": "1", "width": "26", "height": "10"])
        }
    }

    /// What every form means.
    static func legend(in page: inout Markup) {
        page.element("ul", ["class": "legend", "aria-label": "Legend"]) { list in
            for (kind, words) in [
                ("valid", "valid"), ("expired", "expired"), ("revoked", "revoked"),
                ("pending", "authorization under way"), ("mixed", "several in short time"),
            ] {
                list.element("li") { item in
                    swatch(kind, in: &item)
                    item.write(words)
                }
            }
            for kind in EventKind.allCases {
                list.element("li") { item in
                    symbol(kind, in: &item)
                    item.write(words(kind))
                }
            }
        }
        page.newLine()
    }
}
