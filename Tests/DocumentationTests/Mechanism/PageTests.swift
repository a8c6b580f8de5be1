internal import Testing

@Suite("Documentation says what the code does")
struct PageTests {
    @Test("Every Swift block of README and DocC is a region of a test that runs")
    func swiftBlocks() throws {
        let regions = Set(try Repository.regions().map(\.text))
        // The storage layer is not public; its own tests compile the code of its page.
        for page in try Repository.pages() where !page.path.contains("LedgerStorage.docc") {
            for block in page.blocks where block.language == "swift" {
                let place = "\(page.path):\(block.line)"
                #expect(regions.contains(block.text), "\(place) is no region:\n\(block.text)")
            }
        }
    }

    @Test("The code sees of this package what other packages see")
    func access() throws {
        let targets = try Repository.text(of: "Package.swift").split(separator: ".testTarget(")
        let ours = try #require(targets.first { $0.contains("name: \"DocumentationTests\"") })
        #expect(ours.contains("packageAccess: false"))
    }

    @Test("Every region is in a test and quoted by a page")
    func regions() throws {
        let blocks = try Repository.pages().flatMap(\.blocks).map(\.text)
        for region in try Repository.regions() {
            let place = "\(region.path):\(region.line), snippet \(region.name),"
            #expect(region.isInTest, "\(place) is not in a function with @Test")
            #expect(blocks.contains(region.text), "\(place) is on no page")
        }
    }

    @Test("Every block says what language it is in")
    func languages() throws {
        let known: Set = ["swift", "console", "json", "sql", "text"]
        for page in try Repository.pages() {
            for block in page.blocks {
                #expect(
                    known.contains(block.language),
                    "\(page.path):\(block.line) is in `\(block.language)`, which no test knows")
            }
        }
    }

    @Test("Every link to a file leads to one")
    func links() throws {
        for page in try Repository.pages() where page.path == "README.md" {
            #expect(!page.links.isEmpty)
            for link in page.links {
                #expect(
                    Repository.exists(link), "\(page.path) links to \(link), which is not there")
            }
        }
    }

    @Test("The README is short enough to be read")
    func readmeLength() throws {
        #expect(try Repository.text(of: "README.md").split(separator: "\n").count <= 150)
    }
}
