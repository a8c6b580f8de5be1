internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

@Suite("Times of a ledger as dates")
struct DateTests {
    @Test(
        "Known times are known dates",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2001-01-01T00:00:00Z", 978_307_200),
            ("2026-11-21T06:33:03.5Z", 1_795_242_783.5), ("1969-12-31T23:59:58.75Z", -1.25),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Double)])
    func known(_ text: String, _ seconds: Double) throws {
        let time = try #require(Timestamp(rfc3339: text))
        let date = Date(timeIntervalSince1970: seconds)
        #expect(Timestamp(date) == time)
        #expect(Date(time) == date)
    }

    @Test(
        "From 1933 to 2069 every time comes back from its date",
        arguments: Effort.seeds("LEDGER_DATE_SEEDS", else: 4))
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let reference: Int64 = 978_307_200_000_000
        let reach: Int64 = (1 << 31) * 1_000_000
        for _ in 0..<10_000 {
            let time = Timestamp(
                microsecondsSinceEpoch: reference + .random(in: -reach...reach, using: &random))
            #expect(Timestamp(Date(time)) == time)
        }
    }

    @Test(
        "A date is rounded to the nearest microsecond, before 1970 and before 2001 too",
        arguments: [
            (0.000_000_4, 0), (0.000_000_6, 1), (-0.000_000_4, 0), (-0.000_000_6, -1),
            (1.999_999_9, 2_000_000),
        ] as [(Double, Int64)])
    func rounding(_ seconds: Double, _ microseconds: Int64) {
        let date = Date(timeIntervalSinceReferenceDate: seconds)
        #expect(
            Timestamp(date).microsecondsSinceEpoch == 978_307_200_000_000 + microseconds)
    }

    @Test("A date that no time can be is the end of the range, and no command takes it")
    func ends() async throws {
        let infinite = Date(timeIntervalSince1970: .infinity)
        let undefined = Date(timeIntervalSince1970: .nan)
        #expect(Timestamp(infinite).microsecondsSinceEpoch == .max)
        #expect(Timestamp(Date(timeIntervalSince1970: 1e18)).microsecondsSinceEpoch == .max)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e13)).microsecondsSinceEpoch == .min)
        #expect(Timestamp(undefined).microsecondsSinceEpoch == .min)
        let scratch = try ScratchLedger()
        for date in [infinite, undefined, .distantPast] {
            let context = CommandContext(occurredAt: Timestamp(date))
            let outcome = try await scratch.ledger.issueState(
                IssueState(user: "ana", toolkit: "gmail"), context: context)
            #expect(outcome.refusal?.name == "invalid")
        }
    }
}
