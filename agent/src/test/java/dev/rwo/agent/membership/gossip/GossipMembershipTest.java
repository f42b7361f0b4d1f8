package dev.rwo.agent.membership.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipMembershipTest {

    private final Site site = new Site();

    @AfterEach
    void closeAll() {
        site.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10, 30})
    void membersThatStartTogetherAgree(int count) {
        assertThat(site.grow(count)).allMatch(box -> box.sees(count - 1));
    }

    @Test
    void whatAMemberTellsReachesAll() {
        List<Site.Box> boxes = site.grow(5);
        boxes.getFirst().membership.tell(digest -> digest.withProfile("7"));
        site.await(
                "the first change",
                () -> boxes.stream()
                        .skip(1)
                        .allMatch(box -> box.sees(
                                "n0", member -> member.digest().profile().equals("7"))));
        boxes.getFirst().membership.tell(digest -> digest.withProfile("8").withCandidate(true));
        boxes.getFirst().membership.tell(digest -> digest.withTrust(3));
        site.await(
                "the gathered changes",
                () -> boxes.stream()
                        .skip(1)
                        .allMatch(box -> box.sees(
                                "n0",
                                member -> member.digest().trust() == 3
                                        && member.digest().candidate()
                                        && member.digest().profile().equals("8"))));
    }

    @Test
    void whatAMemberTellsWhileItStartsReachesAll() {
        Site.Box first = site.box("n0").start();
        site.seed(first.address());
        Site.Box second = site.box("n1");
        second.whileStarting = () -> {
            second.membership.tell(digest -> digest.withTrust(3));
            CountDownLatch tried = new CountDownLatch(1);
            second.clock.schedule(tried::countDown);
            await(tried);
        };
        second.start();
        site.await(
                "what it told", () -> first.sees("n1", member -> member.digest().trust() == 3));
    }

    @Test
    void aMemberThatSaysGoodbyeHasLeft() {
        List<Site.Box> boxes = site.grow(4);
        boxes.getLast().membership.close();
        site.await(
                "the goodbye",
                () -> boxes.stream().limit(3).allMatch(box -> box.sees("n3", is(MemberState.LEFT)) && box.sees(2)));
    }

    @Test
    void aMemberThatIsCutOffDiesAndComesBackWhenThePartitionHeals() {
        List<Site.Box> boxes = site.grow(5);
        Set<String> minority = Set.of(boxes.get(3).address(), boxes.get(4).address());
        for (Site.Box box : boxes) {
            boolean small = minority.contains(box.address());
            box.faults.cut(address -> minority.contains(address) != small);
        }
        site.await(
                "both sides to be alone",
                () -> boxes.stream().limit(3).allMatch(box -> box.sees(2))
                        && boxes.stream().skip(3).allMatch(box -> box.sees(1)));
        boxes.forEach(box -> box.faults.heal());
        site.awaitWhole();
    }

    @Test
    void aPausedNodeAccusesNobodyWhenItWakesUp() {
        List<Site.Box> boxes = site.grow(5);
        Site.Box sleeper = boxes.getLast();
        CountDownLatch asleep = sleeper.faults.freeze();
        sleeper.clock.schedule(() -> await(asleep));
        site.await("the sleeper to be missed", () -> boxes.getFirst().sees(3));
        asleep.countDown();
        Set<String> accused = ConcurrentHashMap.newKeySet();
        site.assertNever(Duration.ofSeconds(6), "a healthy member accused", () -> {
            for (Site.Box box : boxes) {
                for (Member member : box.membership.members().others()) {
                    boolean healthy = !member.digest().name().equals(sleeper.name);
                    if (healthy && member.state() != MemberState.ALIVE) {
                        accused.add(box.name + " holds " + member.digest().name() + " " + member.state());
                    }
                }
            }
            // What the sleeper itself may doubt for a moment, it must tell nobody.
            accused.removeIf(who -> who.startsWith(sleeper.name));
            return !accused.isEmpty();
        });
        site.awaitWhole();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("frozen for too long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aNodeFoundLaterIsJoinedByItself() {
        Site.Box first = site.box("first").start();
        Site.Box second = site.box("second").start();
        assertThat(first.sees(0)).isTrue();
        site.seed(second.address());
        site.awaitWhole();
        assertThat(first.sees("second", is(MemberState.ALIVE))).isTrue();
    }

    @Test
    void aNewAddressIsToldUnderANewBoot() {
        List<Site.Box> boxes = site.grow(3);
        String before = boxes.get(1).membership.members().self().boot();
        boxes.get(1).membership.advertise("127.0.0.2");
        site.await(
                "the new address",
                () -> List.of(boxes.get(0), boxes.get(2)).stream()
                        .allMatch(box -> box.sees(
                                "n1",
                                member -> member.isPresent() && member.address().startsWith("127.0.0.2:"))));
        assertThat(boxes.get(1).membership.members().self().boot()).isNotEqualTo(before);
    }

    @Test
    void keysRotateUnderTrafficAndNobodyIsLost() {
        List<Site.Box> boxes = site.grow(5);
        List<byte[]> both = List.of(Site.key(1), Site.key(2));
        List<byte[]> turned = List.of(Site.key(2), Site.key(1));
        List<byte[]> after = List.of(Site.key(2));
        for (List<byte[]> ring : List.of(both, turned, after)) {
            boxes.forEach(box -> box.keys = ring);
            boxes.getFirst().membership.tell(digest -> digest.withTrust(digest.trust() + 1));
            long expected =
                    boxes.getFirst().membership.members().self().digest().trust();
            site.await(
                    "news under the new ring",
                    () -> boxes.stream()
                            .skip(1)
                            .allMatch(box ->
                                    box.sees("n0", member -> member.digest().trust() == expected)));
            assertThat(boxes).allMatch(box -> box.sees(4));
        }
        assertThat(boxes).allMatch(box -> box.refused(Refusal.UNKNOWN_KEY) == 0);
    }

    @Test
    void aNodeOfAnotherSiteOrWithAnotherKeyIsRefused() {
        Site.Box ours = site.box("ours").start();
        site.seed(ours.address());
        Site.Box otherSite = site.box("other-site", Site.settings("another"));
        Site.Box otherKey = site.box("other-key");
        otherKey.keys = List.of(Site.key(9));
        otherSite.start();
        otherKey.start();
        site.await(
                "both to be refused", () -> ours.refused(Refusal.FORGED) > 0 && ours.refused(Refusal.UNKNOWN_KEY) > 0);
        assertThat(ours.sees(0)).isTrue();
    }

    @Test
    void twoOfOneNodeBothShow() {
        List<Site.Box> boxes = site.grow(3);
        boxes.get(2).membership.tell(digest -> MemberDigest.of("node-n1", "copy", "", "test"));
        site.await(
                "both",
                () -> boxes.getFirst().membership.members().present().stream()
                                .filter(member -> member.nodeId().equals("node-n1"))
                                .map(Member::boot)
                                .distinct()
                                .count()
                        == 2);
    }

    private static Predicate<Member> is(MemberState state) {
        return member -> member.state() == state;
    }
}
