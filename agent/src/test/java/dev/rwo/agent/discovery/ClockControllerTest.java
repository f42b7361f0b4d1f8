package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.HttpsPeers;
import dev.rwo.agent.peer.NodeFilesTls;
import dev.rwo.agent.testing.PeerFiles;
import dev.rwo.firstboot.config.ClusterConfig;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockControllerTest {

    private static final Duration YEAR = Duration.ofDays(365);

    @TempDir
    Path home;

    private final List<String> commands = new ArrayList<>();
    private final List<Topic> news = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private String synchronised = "no\n";
    private ClockController controller;

    @BeforeEach
    void aBox() {
        controller = withClock(Clock.systemUTC());
    }

    private ClockController withClock(Clock clock) {
        Site shop = Site.create(home.resolve("shop"), new SiteName("shop-17"), Clock.systemUTC());
        PeerFiles us = PeerFiles.of(home.resolve("us"), shop, "us", Clock.systemUTC());
        Member self = new Member(
                "boot", "10.0.0.1:8444", MemberState.ALIVE, Instant.now(), MemberDigest.of("us", "till-1", "", "0.1"));
        Membership alone = new Membership() {
            @Override
            public MemberTable members() {
                return new MemberTable(self, List.of());
            }

            @Override
            public void tell(UnaryOperator<MemberDigest> change) {}
        };
        Discovery discovery = new Discovery(
                new Discovery.Settings(
                        ClusterConfig.DEFAULT,
                        "us",
                        "shop-17",
                        8443,
                        8444,
                        "0.1",
                        new HardwareIdentity("", ""),
                        home.resolve("peers.json")),
                new Discovery.World(
                        new HttpsPeers(new NodeFilesTls(us.layout()), Clock.systemUTC()),
                        alone,
                        new AtomicReference<>(new LanAddresses(List.of(), Set.of(), Set.of())),
                        topic -> {},
                        () -> ""),
                Clock.systemUTC(),
                new Random(17),
                meters);
        return new ClockController(
                discovery,
                us.layout(),
                (deadline, command) -> {
                    commands.add(String.join(" ", command));
                    return command[0].equals("timedatectl") ? synchronised : "";
                },
                clock,
                meters,
                news::add);
    }

    private static ClockController.View wrong(String synchronised, boolean done) {
        return new ClockController.View(
                new ClockPlanner.Verdict.Wrong(YEAR, "this box's clock says 1970"), synchronised, done);
    }

    @Test
    void aRightClockCostsNoCommand() throws Exception {
        assertThat(controller.plan(controller.observe(), Instant.now()).steps()).isEmpty();
        assertThat(commands).isEmpty();
    }

    @Test
    void aClockWithoutTimeServerIsSetOnceABoot() {
        Instant now = Instant.now();
        ClockController.SetClock step =
                controller.plan(wrong("no", false), now).steps().getFirst();
        assertThat(controller.act(step)).isInstanceOf(Outcome.Applied.class);
        assertThat(commands)
                .singleElement()
                .asString()
                .startsWith("date --set=@" + (now.plus(YEAR).getEpochSecond() / 100));
        assertThat(news).contains(Topic.NETWORK, Topic.TRUST);
        assertThat(meters.counter("rwo.clock.set").count()).isEqualTo(1);
        assertThat(controller.observe().done()).isTrue();
        assertThat(controller.plan(wrong("no", true), now).steps()).isEmpty();
    }

    @Test
    void aTimeServerIsNotContradicted() {
        for (String said : new String[] {"yes", ""}) {
            assertThat(controller.plan(wrong(said, false), Instant.now()).steps())
                    .isEmpty();
        }
    }

    @Test
    void aBoxThatLivesBeforeItsSiteOrAfterItKeepsOutOfTheSwarm() {
        assertThat(controller.obstacle()).isEmpty();
        home = home.resolve("past");
        assertThat(withClock(Clock.offset(Clock.systemUTC(), YEAR.multipliedBy(-5)))
                        .obstacle()
                        .orElseThrow())
                .contains("this box's clock is wrong: it is in", "but the site exists from");
        home = home.resolve("future");
        assertThat(withClock(Clock.offset(Clock.systemUTC(), YEAR.multipliedBy(50)))
                        .obstacle())
                .isPresent();
    }
}
