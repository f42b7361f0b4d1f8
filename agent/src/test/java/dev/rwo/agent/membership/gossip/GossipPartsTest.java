package dev.rwo.agent.membership.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.agent.MovingClock;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.scalecube.cluster.membership.MemberStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The parts that need no network, in time of their own. */
class GossipPartsTest {

    private final AtomicLong now = new AtomicLong();
    /** The machine's, which may be wrong. */
    private final MovingClock clock = new MovingClock(Instant.EPOCH);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        clock.move(time);
    }

    private final Roll roll = new Roll(clock, now::get, MemberDigest.of("self", "self", "", ""));

    private static MemberDigest digest(String id) {
        return MemberDigest.of(id, id, "10.0.0.1:8443", "1");
    }

    private MemberState state(String boot) {
        return roll.table().others().stream()
                .filter(member -> member.boot().equals(boot))
                .map(Member::state)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPauseMakesANodeDoubtItselfAndAnswersRestoreIt() {
        LocalHealth health = new LocalHealth(now::get);
        assertThat(health.score()).as("just started").isPositive().isLessThan(LocalHealth.WORST);
        for (int i = 0; i < LocalHealth.WORST; i++) {
            health.better();
        }
        assertThat(health.tick(Duration.ofMillis(250))).isZero();
        pass(Duration.ofMillis(300));
        assertThat(health.tick(Duration.ofMillis(250))).isZero();
        assertThat(health.score()).isZero();
        pass(Duration.ofSeconds(20));
        assertThat(health.tick(Duration.ofMillis(250))).isGreaterThan(Duration.ofSeconds(1));
        assertThat(health.score()).isEqualTo(LocalHealth.WORST);
        assertThat(health.isRecovering()).isTrue();
        for (int i = 0; i < LocalHealth.WORST; i++) {
            health.better();
        }
        assertThat(health.score()).isZero();
        pass(Duration.ofSeconds(11));
        assertThat(health.isRecovering()).isFalse();
    }

    @Test
    void aNodeThatHearsNobodyDoubtsItself() {
        Hearing hearing = new Hearing(now::get, () -> true);
        hearing.heard("10.0.0.2:8444");
        pass(Duration.ofSeconds(1));
        long since = now.get();
        pass(Duration.ofSeconds(1));
        assertThat(hearing.isSilent(since, "10.0.0.2:8444")).isTrue();
        hearing.heard("10.0.0.3:8444");
        assertThat(hearing.isSilent(since, "10.0.0.2:8444")).isFalse();
        assertThat(hearing.isSilent(since, "10.0.0.3:8444")).isTrue();
    }

    @Test
    void ofTwoNodesSilenceSaysNothing() {
        Hearing hearing = new Hearing(now::get, () -> false);
        assertThat(hearing.isSilent(1, "10.0.0.2:8444")).isFalse();
    }

    private static RecordReader.Entry news(int incarnation, String author, long number) {
        io.scalecube.cluster.Member member = new io.scalecube.cluster.Member("m", null, "10.0.0.1:1", "rwo");
        return new RecordReader.Entry(member, MemberStatus.ALIVE, incarnation, author, number, "", null);
    }

    @Test
    void theMoreMembersTheLongerOneThatPausesIsRemembered() {
        GossipSettings.Pace pace = GossipSettings.Pace.LAN;
        assertThat(pace.forgottenAfter(4)).isEqualTo(Duration.ofSeconds(3));
        assertThat(pace.forgottenAfter(199)).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void newsIsHeardOnceWhoeverTellsIt() {
        News news = new News();
        assertThat(news.hear(news(0, "a", 1), "10.0.0.2:1", now.get())).isTrue();
        assertThat(news.hear(news(0, "a", 1), "10.0.0.3:1", now.get())).isFalse();
        assertThat(news.hear(news(0, "b", 5), "10.0.0.4:1", now.get())).isFalse();
        assertThat(news.hear(news(1, "b", 6), "10.0.0.4:1", now.get())).isTrue();
        pass(Duration.ofMinutes(2));
        assertThat(news.hear(news(0, "b", 5), "10.0.0.4:1", now.get()))
                .as("a copy that comes late")
                .isFalse();
        news.forget(news(0, "b", 5).member().id());
        assertThat(news.hear(news(0, "b", 5), "10.0.0.4:1", now.get()))
                .as("of a member that was declared dead")
                .isTrue();
    }

    @Test
    void newsThatFiveMoreHaveToldIsToldNoFurther() {
        News news = new News();
        RecordReader.Entry first = news(0, "a", 1);
        news.hear(first, "10.0.0.2:1", now.get());
        for (int again = 0; again < 9; again++) {
            news.hear(first, "10.0.0.2:1", now.get());
        }
        news.hear(first, "10.0.0.3:1", now.get());
        news.hear(news(0, "b", 5), "10.0.0.4:1", now.get());
        news.hear(first, "10.0.0.5:1", now.get());
        news.hear(first, "10.0.0.6:1", now.get());
        assertThat(news.isWorthTelling(first, "10.0.0.8:1", now.get())).isTrue();
        news.hear(first, "10.0.0.7:1", now.get());
        assertThat(news.isWorthTelling(first, "10.0.0.9:1", now.get())).isFalse();
        assertThat(news.isUntold(first, "10.0.0.9:1", now.get()))
                .as("but whom it is about has to hear it")
                .isTrue();
        assertThat(news.isUntold(first, "10.0.0.9:1", now.get())).isFalse();
    }

    @Test
    void onlyTheFirstCopyOfNewsIsPassedOnAndToNobodyWhoKnowsIt() {
        News news = new News();
        RecordReader.Entry first = news(0, "a", 1);
        news.hear(first, "10.0.0.2:1", now.get());
        news.hear(news(0, "b", 5), "10.0.0.3:1", now.get());
        assertThat(news.isWorthTelling(first, "10.0.0.2:1", now.get()))
                .as("told it")
                .isFalse();
        assertThat(news.isWorthTelling(first, "10.0.0.3:1", now.get()))
                .as("told another copy")
                .isFalse();
        assertThat(news.isWorthTelling(first, "10.0.0.4:1", now.get())).isTrue();
        assertThat(news.isWorthTelling(first, "10.0.0.4:1", now.get()))
                .as("was told already")
                .isFalse();
        assertThat(news.isWorthTelling(news(0, "self", 3), "10.0.0.5:1", now.get()))
                .as("our own copy")
                .isFalse();
        assertThat(news.isWorthTelling(news(1, "self", 4), "10.0.0.5:1", now.get()))
                .as("our own news")
                .isTrue();
    }

    @Test
    void aDoubtEndsThoughTheClockIsSetBackByYears() {
        roll.present("b", "10.0.0.2:1", digest("b"));
        roll.doubt("b", Duration.ofSeconds(10));
        clock.move(Duration.ofDays(-3 * 365));
        pass(Duration.ofSeconds(9));
        roll.sweep();
        assertThat(state("b")).isEqualTo(MemberState.SUSPECT);
        pass(Duration.ofSeconds(2));
        roll.sweep();
        assertThat(state("b")).isEqualTo(MemberState.DEAD);
    }

    private List<String> due(SyncTargets targets, List<String> outside, String... lost) {
        return targets.due(outside, Set.of(lost), 0, now.get());
    }

    @Test
    void whoIsAloneTriesNewAddressesTogetherAndOldOnesOneASecond() {
        SyncTargets targets = new SyncTargets(Duration.ofSeconds(5));
        List<String> outside = List.of("a", "b", "c");
        assertThat(due(targets, outside)).containsExactly("a", "b");
        assertThat(due(targets, outside)).containsExactly("c");
        assertThat(due(targets, outside)).isEmpty();
        for (int tries = 0; tries < 6; tries++) {
            pass(Duration.ofSeconds(6));
            due(targets, outside);
        }
        pass(Duration.ofSeconds(60));
        List<String> old = new ArrayList<>();
        for (int second = 0; second < 3; second++) {
            assertThat(due(targets, outside)).hasSize(1).allSatisfy(old::add);
            assertThat(due(targets, outside)).isEmpty();
            pass(Duration.ofSeconds(1));
        }
        assertThat(old).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(due(targets, List.of("d"))).containsExactly("d");
    }

    @Test
    void aSiteTriesAddressesAsOneWhoeverManyItHas() {
        List<String> outside =
                IntStream.range(0, 99).mapToObj(number -> "seed-" + number).toList();
        for (int members : List.of(1, 4, 30, 99)) {
            SyncTargets targets = new SyncTargets(Duration.ofSeconds(5));
            int tables = 0;
            for (int look = 0; look < 120; look++) {
                tables += targets.due(outside, Set.of(), members, now.get()).size();
                pass(Duration.ofMillis(500));
            }
            assertThat(tables * members)
                    .as("tables a minute from a site of %d", members + 1)
                    .isBetween(60, 9 * 60);
        }
    }

    @Test
    void aNewAddressComesBeforeThoseThatNeverAnswered() {
        SyncTargets targets = new SyncTargets(Duration.ofSeconds(5));
        List<String> dead = List.of("a", "b", "c", "d", "e", "f", "g");
        List<String> both = List.of("a", "b", "c", "d", "e", "f", "g", "new");
        for (int second = 0; second < 30; second++) {
            assertThat(targets.due(dead, Set.copyOf(dead), 3, now.get())).hasSize(1);
            pass(Duration.ofSeconds(1));
        }
        assertThat(targets.due(both, Set.copyOf(dead), 3, now.get())).containsExactly("new");
    }

    @Test
    void membersThatComeAndGoAreOfferedOneTableASecondTogether() {
        SyncTargets targets = new SyncTargets(Duration.ofSeconds(5));
        List<String> flapping = List.of("a", "b", "c");
        int tables = 0;
        for (int tick = 0; tick < 20; tick++) {
            tables += due(targets, tick % 2 == 0 ? flapping : List.of("a"), "a", "b", "c")
                    .size();
            pass(Duration.ofMillis(500));
        }
        assertThat(tables).isBetween(5, 11);
        assertThat(due(targets, List.of("seed"), "a"))
                .as("a new address does not wait for them")
                .containsExactly("seed");
    }

    @Test
    void theDeadAreRememberedForAnHourAndAtMost256() {
        for (int i = 0; i < 300; i++) {
            roll.present("boot" + i, "10.0.1.1:" + i, digest("n" + i));
            roll.change("boot" + i, MemberState.DEAD);
            pass(Duration.ofSeconds(1));
        }
        roll.sweep();
        assertThat(roll.table().others()).hasSize(256);
        assertThat(roll.lost()).hasSize(256);
        pass(Duration.ofHours(1));
        roll.sweep();
        assertThat(roll.table().others()).isEmpty();
    }

    @Test
    void whoSaidGoodbyeIsNotLookedFor() {
        roll.present("b", "10.0.0.2:8444", digest("n"));
        roll.change("b", MemberState.LEFT);
        assertThat(roll.change("b", MemberState.DEAD)).isFalse();
        assertThat(state("b")).isEqualTo(MemberState.LEFT);
        assertThat(roll.lost()).isEmpty();
    }

    @Test
    void aDoubtfulDeathIsASuspicionUntilTheDoubtEnds() {
        roll.present("b", "10.0.0.2:8444", digest("n"));
        roll.doubt("b", Duration.ofSeconds(10));
        assertThat(state("b")).isEqualTo(MemberState.SUSPECT);
        assertThat(roll.lost()).containsExactly("10.0.0.2:8444");
        pass(Duration.ofSeconds(11));
        assertThat(roll.sweep()).isTrue();
        assertThat(state("b")).isEqualTo(MemberState.DEAD);
    }

    @Test
    void aDoubtfulDeathIsForgottenWhenTheMemberShows() {
        roll.present("b", "10.0.0.2:8444", digest("n"));
        roll.doubt("b", Duration.ofSeconds(10));
        roll.present("b", "10.0.0.2:8444", digest("n"));
        pass(Duration.ofSeconds(11));
        roll.sweep();
        assertThat(state("b")).isEqualTo(MemberState.ALIVE);
    }

    @Test
    void aDigestSurvivesTheJourney() throws RefusedException {
        MemberDigest full = digest("n")
                .withHardware("abc")
                .withSwarm(SwarmRole.LEADER, "swarm", "node", true, 4)
                .withCandidate(true)
                .withTrust(9)
                .withProfile("12")
                .withFabric("key=", "fd00::1");
        assertThat(DigestJson.read(DigestJson.write(full))).isEqualTo(full);
        assertThat(DigestJson.write(full)).hasSizeLessThan(1024);
    }

    @Test
    void aDigestOfALaterVersionIsUnderstood() throws RefusedException {
        String later = "{\"nodeId\":\"n\",\"role\":\"emperor\",\"colour\":{\"a\":[1]},\"epoch\":\"seven\"}";
        MemberDigest read = DigestJson.read(later.getBytes(StandardCharsets.UTF_8));
        assertThat(read.role()).isEqualTo(SwarmRole.NONE);
        assertThat(read.epoch()).isZero();
    }

    @Test
    void aNameCannotMoveTheCursor() throws RefusedException {
        byte[] rude = "{\"nodeId\":\"n\",\"name\":\"a\\u001b[2Jb\\u202ec\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(DigestJson.read(rude).name()).isEqualTo("a?[2Jb?c");
    }

    @Test
    void whatIsNoDigestIsRefused() {
        for (String text : List.of("", "[]", "{", "{}", "{\"nodeId\":7}", "x".repeat(5000))) {
            assertThatThrownBy(() -> DigestJson.read(text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void refusalsAreAllCounted() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Refusals refusals = new Refusals(meters, now::get);
        for (int i = 0; i < 1000; i++) {
            refusals.refuse("10.9.9." + i, Refusal.FORGED, "test");
        }
        assertThat(meters.get("rwo.gossip.refused")
                        .tag("reason", "forged")
                        .counter()
                        .count())
                .isEqualTo(1000);
    }
}
