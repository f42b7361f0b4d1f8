package dev.rwo.image.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RwoCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aSiteIsMadeAndShown() throws Exception {
        assertThat(rwo("site", "init", "shop-17")).isZero();
        assertThat(out.toString())
                .contains("Site shop-17 is made in " + folder.resolve("home/sites/shop-17"))
                .contains("Next: ./rwo image build --site shop-17");

        assertThat(rwo("site", "show", "shop-17", "--json")).isZero();
        JsonNode shown = new ObjectMapper().readTree(out.toString());
        assertThat(shown.path("name").asText()).isEqualTo("shop-17");
        assertThat(shown.path("certificates").path("root-ca").path("sha256").asText())
                .matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    }

    @Test
    void aSiteCanLiveElsewhereAndIsNamedByItsDirectory() {
        Path elsewhere = folder.resolve("elsewhere/shop");
        assertThat(rwo("site", "init", "shop", "--dir", elsewhere.toString())).isZero();
        assertThat(out.toString()).contains("--site " + elsewhere);
        assertThat(rwo("site", "show", elsewhere.toString())).isZero();
        assertThat(out.toString()).contains("Site       shop,");
    }

    @Test
    void aSecondSiteOfTheSameNameIsRefusedInOneLine() {
        rwo("site", "init", "shop");
        assertThat(rwo("site", "init", "shop")).isEqualTo(2);
        assertOneLine("exists and is not overwritten");
    }

    @ParameterizedTest
    @ValueSource(strings = {"site", "image", "bundle", "sysext", "flash", "demo"})
    void everyCommandHasHelp(String command) {
        assertThat(rwo(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: rwo " + command);
    }

    @Test
    void anUnknownCommandIsRefusedInOneLineWithTheWayToHelp() {
        assertThat(rwo("flahs")).isEqualTo(2);
        assertOneLine("see: ./rwo --help");
    }

    @Test
    void aMissingOptionIsNamed() {
        assertThat(rwo("image", "build")).isEqualTo(2);
        assertOneLine("--site");
    }

    @Test
    void aWrongSiteIsNamedWithTheWayToMakeOne() {
        assertThat(rwo("image", "build", "--site", "nowhere")).isEqualTo(2);
        assertOneLine("nowhere is not a site directory");
    }

    @Test
    void bootAndFlashSayWhatToDoWithoutAnImage() {
        assertThat(rwo("image", "boot")).isEqualTo(2);
        assertOneLine("Say --site NAME or --image FILE");
        rwo("site", "init", "shop");
        assertThat(rwo("image", "boot", "--site", "shop")).isEqualTo(2);
        assertOneLine("build it with: ./rwo image build --site shop");
        assertThat(rwo("image", "boot", "--image", folder + "/no.raw")).isEqualTo(2);
        assertOneLine("there is no image file");
    }

    @Test
    void aCompressedImageIsRefusedWithTheWayToUnpackIt() throws Exception {
        Path image = Files.writeString(folder.resolve("shop.raw.zst"), "");
        assertThat(rwo("image", "boot", "--image", image.toString())).isEqualTo(2);
        assertOneLine("zstd -d");
    }

    @Test
    void sizesAndPortsOutOfRangeAreNamed() throws Exception {
        Path image = Files.writeString(folder.resolve("shop.raw"), "");
        assertThat(rwo("image", "boot", "--image", image.toString(), "--disk-size", "big"))
                .isEqualTo(2);
        assertOneLine("'big' is not a size of a disk");
        assertThat(rwo("image", "boot", "--image", image.toString(), "--port", "70000"))
                .isEqualTo(2);
        assertOneLine("port 70000: use 1 to 65535");
        assertThat(rwo("image", "boot", "--image", image.toString(), "--memory", "12"))
                .isEqualTo(2);
        assertOneLine("memory of 12 MiB");
    }

    @Test
    void stacksWithoutAComposeFileAreRefused() throws Exception {
        rwo("site", "init", "shop");
        Path stacks = Files.createDirectories(folder.resolve("stacks/web")).getParent();
        assertThat(rwo("image", "build", "--site", "shop", "--stacks", String.valueOf(stacks)))
                .isEqualTo(2);
        assertOneLine("web has no docker-compose.yml");
    }

    @Test
    void anImageNeedsTheAgent() {
        rwo("site", "init", "shop");
        assertThat(rwo("image", "build", "--site", "shop")).isEqualTo(1);
        assertOneLine("the agent is not built");
    }

    @Test
    void aBundleNeedsASiteTheAgentAndAVersionThatCanBeInAFilesName() throws Exception {
        assertThat(rwo("bundle", "build", "--site", "nowhere")).isEqualTo(2);
        assertOneLine("nowhere is not a site directory");
        rwo("site", "init", "shop");
        assertThat(rwo("bundle", "build", "--site", "shop")).isEqualTo(1);
        assertOneLine("the agent is not built");
        Path info = folder.resolve("project/agent/target/dist/usr/lib/rwo/build-info.json");
        Files.createDirectories(info.getParent());
        Files.writeString(info, "{}");
        assertThat(rwo("bundle", "build", "--site", "shop", "--os-version", "2+0"))
                .isEqualTo(2);
        assertOneLine("the image version \"2+0\" is not usable");
    }

    @Test
    void aPlugInNeedsASiteTheAgentAndAVersionThatCanBeInAFilesName() throws Exception {
        assertThat(rwo("sysext", "build")).isEqualTo(2);
        assertOneLine("--site");
        assertThat(rwo("sysext", "build", "--site", "nowhere")).isEqualTo(2);
        assertOneLine("nowhere is not a site directory");
        rwo("site", "init", "shop");
        assertThat(rwo("sysext", "build", "--site", "shop")).isEqualTo(1);
        assertOneLine("the agent is not built");
        Path info = folder.resolve("project/agent/target/dist/usr/lib/rwo/build-info.json");
        Files.createDirectories(info.getParent());
        Files.writeString(info, "{}");
        assertThat(rwo("sysext", "build", "--site", "shop", "--agent-version", "1_2"))
                .isEqualTo(2);
        assertOneLine("version \"1_2\" is not usable");
    }

    @Test
    void aSeedIsWrittenForItsOwnerAloneAndNeverOverAnother() throws Exception {
        rwo("site", "init", "shop");
        Path seed = folder.resolve("seed");
        assertThat(rwo("site", "seed", "shop", seed.toString())).isZero();
        assertThat(seed.resolve("rwo.yaml")).exists();
        assertThat(seed.resolve("credential/enrolment-secret")).exists();
        assertThat(Files.getPosixFilePermissions(seed)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(rwo("site", "seed", "shop", seed.toString())).isEqualTo(2);
        assertOneLine("exists and is not overwritten");
    }

    @Test
    void verboseShowsWhereTheErrorCameUp() {
        assertThat(rwo("site", "show", "nowhere", "--verbose")).isEqualTo(2);
        assertThat(err.toString()).contains("\tat dev.rwo.keys.Site");
    }

    private void assertOneLine(String part) {
        assertThat(err.toString().strip()).startsWith("rwo: ").contains(part).doesNotContain("\n");
    }

    private int rwo(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return RwoCommand.run(
                new Workstation(
                        folder.resolve("project"),
                        folder.resolve("home"),
                        new BufferedReader(new StringReader("")),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        Clock.systemUTC()),
                arguments);
    }
}
