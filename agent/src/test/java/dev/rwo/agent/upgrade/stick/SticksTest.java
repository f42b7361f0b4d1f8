package dev.rwo.agent.upgrade.stick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.BundleIntake;
import dev.rwo.agent.upgrade.OsVersion;
import dev.rwo.agent.upgrade.UpgradeException;
import dev.rwo.agent.upgrade.stick.StickController.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SticksTest {

    @TempDir
    private Path folder;

    private final List<String> inspected = new ArrayList<>();
    private Path stick;
    private Sticks sticks;

    @BeforeEach
    void plugIn() throws IOException {
        stick = Files.createDirectory(folder.resolve("sda1"));
        sticks = new Sticks(folder, new BundleIntake() {

            @Override
            public Bundle take(Path file) {
                throw new AssertionError("looking takes nothing");
            }

            @Override
            public Bundle inspect(String file) throws UpgradeException {
                inspected.add(file);
                if (file.contains("foreign")) {
                    throw new UpgradeException("not signed for this site");
                }
                return bundle("0.3.0");
            }
        });
    }

    private static Bundle bundle(String version) {
        return new Bundle("ab".repeat(32), new OsVersion(version));
    }

    private void copy(String name) throws IOException {
        Files.writeString(stick.resolve(name), "a bundle");
    }

    @Test
    void aBundleIsToldWithWhatToDo() throws IOException {
        copy("any name.raucb");
        assertThat(sticks.look())
                .singleElement()
                .asString()
                .isEqualTo(
                        "stick sda1: any name.raucb is version 0.3.0 for this site; to upgrade the site: rwo upgrade start"
                                + " stick");
    }

    @Test
    void whatIsRefusedSaysWhyAndIsLookedAtAgain() throws IOException {
        copy("foreign.raucb");
        sticks.look();
        assertThat(sticks.look()).singleElement().asString().contains("cannot be used: not signed for this site");
        assertThat(inspected).hasSize(2);
    }

    @Test
    void whatIsGoodIsReadOnceAndAgainWhenTheStickWasOut() throws IOException {
        copy("new.raucb");
        sticks.look();
        sticks.look();
        assertThat(inspected).hasSize(1);
        Files.delete(stick.resolve("new.raucb"));
        assertThat(sticks.look()).isEmpty();
        copy("new.raucb");
        assertThat(sticks.look()).hasSize(1);
        assertThat(inspected).hasSize(2);
    }

    @Test
    void onlyPlainFilesCount() throws IOException {
        copy("readme.txt");
        Files.createDirectory(stick.resolve("folder.raucb"));
        Files.createSymbolicLink(stick.resolve("link.raucb"), stick.resolve("readme.txt"));
        assertThat(sticks.look()).isEmpty();
        assertThat(new Sticks(folder.resolve("none"), new BundleIntake() {
                            @Override
                            public Bundle take(Path file) {
                                throw new AssertionError();
                            }

                            @Override
                            public Bundle inspect(String url) {
                                throw new AssertionError();
                            }
                        })
                        .look())
                .isEmpty();
    }

    private View view(String running, String campaign) {
        return new View(
                List.of(new StickBundle(stick.resolve("new.raucb"), bundle("0.3.0"), "")), true, running, campaign);
    }

    @Test
    void byItselfItBeginsOnceAndOnlyWithSomethingNewer() {
        assertThat(StickController.decide(view("0.2.0", "")).steps()).hasSize(1);
        assertThat(StickController.decide(view("0.2.0", "another")).steps()).hasSize(1);
        assertThat(StickController.decide(view("0.2.0", bundle("0.3.0").id())).steps())
                .as("tried already, however it ended")
                .isEmpty();
        assertThat(StickController.decide(view("0.2.0", "?")).steps())
                .as("one is under way, or nobody can tell")
                .isEmpty();
        assertThat(StickController.decide(view("0.3.0", "")).steps()).isEmpty();
        assertThat(StickController.decide(view("", "")).steps()).isEmpty();
    }

    @Test
    void withoutLeaveNothingBegins() {
        View view = view("0.2.0", "");
        assertThat(StickController.decide(new View(view.sticks(), false, "0.2.0", ""))
                        .steps())
                .isEmpty();
    }
}
