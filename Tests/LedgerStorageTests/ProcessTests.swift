internal import Foundation
internal import LedgerStorage
internal import Testing

@Suite struct ProcessTests {
    @Test("Two processes write in turn and each sees what the other has committed")
    func twoWriters() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        let other = try ProbeProcess(
            scratch.path, "open readWrite get a put b 2 wait get c put d 4")
        #expect(other.untilWaiting() == ["open", "value 1", "put"])
        #expect(try scratch.get("b") == "2")
        try scratch.put("c", "3")
        other.proceed()
        #expect(other.finish() == ["value 3", "put"])
        #expect(try scratch.get("d") == "4")
    }

    @Test("A write waits for the write of another process and then sees its changes")
    func writesTakeTurns() throws {
        let scratch = try ScratchEnvironment()
        let others = try (0..<3).map { _ in
            try ProbeProcess(scratch.path, "open readWrite fill 50 10")
        }
        for number in 0..<50 { try scratch.put("\(number)", "x") }
        for other in others { #expect(other.finish() == ["open", "filled"]) }
        let count = try scratch.environment.read { (snapshot) throws(StorageError) in
            try snapshot.entryCount(in: scratch.events)
        }
        #expect(count == 100)
    }

    @Test("Processes that make the same environment at once all open it")
    func concurrentCreation() throws {
        let directory = try TemporaryDirectory(in: .disk)
        for round in 0..<5 {
            let path = directory.appending("ledger\(round)")
            let probes = try (0..<4).map { number in
                try ProbeProcess(path, "open create put \(number) x wait count")
            }
            for probe in probes { #expect(probe.untilWaiting() == ["open", "put"]) }
            for probe in probes { probe.proceed() }
            for probe in probes { #expect(probe.finish() == ["count 4"]) }
        }
    }

    @Test("A process killed in the middle of a write leaves nothing of it and blocks nobody")
    func killedWriter() throws {
        let scratch = try ScratchEnvironment()
        let writer = try ProbeProcess(scratch.path, "open readWrite writing wait")
        #expect(writer.untilWaiting() == ["open"])
        writer.killAndWait()
        try scratch.put("a", "1")
        let count = try scratch.environment.read { (snapshot) throws(StorageError) in
            try snapshot.entryCount(in: scratch.events)
        }
        #expect(count == 1)
    }

    @Test("An exclusive opening keeps other processes out, and they are told its process")
    func exclusive() throws {
        let scratch = try ScratchEnvironment { $0.exclusive = true }
        let refusal = "error heldExclusively(by: Optional(\(getpid())))"
        for open in ["open readWrite", "open readOnly", "open create", "open-exclusive readWrite"] {
            #expect(try ProbeProcess(scratch.path, open).finish() == [refusal])
        }
        scratch.environment.close()
        #expect(try ProbeProcess(scratch.path, "open readWrite").finish() == ["open"])
    }

    @Test("An exclusive opening is refused while another process has the ledger open")
    func exclusiveWhileShared() throws {
        let scratch = try ScratchEnvironment()
        let refusal = "error heldExclusively(by: nil)"
        let refused = try ProbeProcess(scratch.path, "open-exclusive readWrite")
        #expect(refused.finish() == [refusal])
        scratch.environment.close()
        let alone = try ProbeProcess(scratch.path, "open-exclusive readWrite")
        #expect(alone.finish() == ["open"])
    }

    @Test("A killed exclusive holder keeps nobody out and is not named again")
    func killedHolder() throws {
        let scratch = try ScratchEnvironment()
        scratch.environment.close()
        let holder = try ProbeProcess(scratch.path, "open-exclusive readWrite wait")
        #expect(holder.untilWaiting() == ["open"])
        #expect {
            try ScratchEnvironment.open(scratch.path)
        } throws: {
            ($0 as? StorageError)?.code == .heldExclusively(by: holder.identifier)
        }
        holder.killAndWait()
        let environment = try ScratchEnvironment.open(scratch.path)
        let refused = try ProbeProcess(scratch.path, "open-exclusive readWrite")
        #expect(refused.finish() == ["error heldExclusively(by: nil)"])
        environment.close()
    }

    @Test("The slot of a reader that was killed is freed, and its pages are reused")
    func deadReader() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        let reader = try ProbeProcess(scratch.path, "open readWrite reading wait")
        #expect(reader.untilWaiting() == ["open"])
        #expect(try scratch.environment.statistics().readers == 1)
        #expect(try scratch.environment.checkReaders() == 0)
        reader.killAndWait()
        #expect(try scratch.environment.statistics().readers == 1)
        #expect(try scratch.environment.checkReaders() == 1)
        #expect(try scratch.environment.statistics().readers == 0)
    }

    @Test("Commits free the slots of dead readers without being asked")
    func deadReaderOnCommit() throws {
        let scratch = try ScratchEnvironment()
        let reader = try ProbeProcess(scratch.path, "open readWrite reading wait")
        #expect(reader.untilWaiting() == ["open"])
        reader.killAndWait()
        for number in 0..<64 { try scratch.put("\(number)") }
        #expect(try scratch.environment.statistics().readers == 0)
    }

    @Test("An opening frees the slots of readers that died before")
    func deadReaderOnOpening() throws {
        let scratch = try ScratchEnvironment()
        // Two probes, so that the lock file is not made anew by the only process that has it.
        let reader = try ProbeProcess(scratch.path, "open readWrite reading wait")
        #expect(reader.untilWaiting() == ["open"])
        reader.killAndWait()
        #expect(try ProbeProcess(scratch.path, "open readWrite").finish() == ["open"])
        #expect(try scratch.environment.statistics().readers == 0)
    }

    @Test("A full reader table is freed of the dead before anybody is refused")
    func readersFull() throws {
        let scratch = try ScratchEnvironment { $0.maxReaders = 2 }
        let alive = try ProbeProcess(scratch.path, "open readWrite reading wait")
        let dying = try ProbeProcess(scratch.path, "open readWrite reading wait")
        #expect(alive.untilWaiting() == ["open"])
        #expect(dying.untilWaiting() == ["open"])
        let error = #expect(throws: StorageError.self) { try scratch.get("a") }
        #expect(error?.code == .readersFull)
        dying.killAndWait()
        #expect(try scratch.get("a") == nil)
    }

    @Test("A map that another process has enlarged is followed, for reading and for writing")
    func mapResized() throws {
        let scratch = try ScratchEnvironment { $0.mapSize = 1 << 20 }
        try scratch.put("a", "1")
        let first = try ProbeProcess(
            scratch.path, "map-size 1048576 open readWrite fill 300 8000")
        #expect(first.finish() == ["open", "filled"])
        #expect(try scratch.get("a") == "1")
        #expect(try scratch.environment.statistics().mapSize > 1 << 20)
        let second = try ProbeProcess(
            scratch.path, "map-size 1048576 open readWrite fill 3000 8000")
        #expect(second.finish() == ["open", "filled"])
        try scratch.put("b", "2")
        #expect(try scratch.get("b") == "2")
    }

    @Test("Following an enlarged map inside an own transaction is refused, not a deadlock")
    func mapResizedInside() throws {
        let scratch = try ScratchEnvironment { $0.mapSize = 1 << 20 }
        try scratch.environment.read { (_) throws(StorageError) in
            let other = try? ProbeProcess(
                scratch.path, "map-size 1048576 open readWrite fill 300 8000")
            #expect(other?.finish() == ["open", "filled"])
            let error = #expect(throws: StorageError.self) { try scratch.get("a") }
            #expect(error?.code == .transactionInProgress)
        }
        #expect(try scratch.get("a") == nil)
    }

    @Test(
        "A forked child is refused, may open for itself once the parent lets it, and harms nothing")
    func fork() throws {
        let scratch = try ScratchEnvironment()
        try scratch.put("a", "1")
        let forking = try ProbeProcess(
            scratch.path,
            "open readWrite fork try get,a try put,b,2 try reopen close open readWrite get a")
        #expect(
            forking.finish() == [
                "open", "error forked", "error forked", "error forked", "open", "value 1",
            ])
        #expect(try scratch.get("a") == "1")
        #expect(try scratch.get("b") == nil)
    }

    @Test(
        "Equal process identifiers in different namespaces are refused by name",
        .enabled(if: Machine.hasNamespaces))
    func namespaces() throws {
        let scratch = try ScratchEnvironment()
        let wrapper = ["unshare", "-rpf", "--kill-child"]
        let first = try ProbeProcess(scratch.path, "open readWrite reading wait", through: wrapper)
        #expect(first.untilWaiting() == ["open"])
        let second = try ProbeProcess(scratch.path, "open readWrite get a", through: wrapper)
        #expect(second.finish().last == "error unsupportedNamespace")
    }
}
