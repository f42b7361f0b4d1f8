package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedLookTest {

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final SharedLook look = new SharedLook(this::answer, clock::get);

    private EngineState answer() throws OrchestratorException {
        throw new OrchestratorException("question " + asked.incrementAndGet());
    }

    private void assertThatItAnswers(String what) {
        assertThatThrownBy(look::look).isInstanceOf(OrchestratorException.class).hasMessage(what);
    }

    @Test
    void whoAsksInTheSameMomentSharesTheAnswer() {
        assertThatItAnswers("question 1");
        clock.addAndGet(SharedLook.SAME.toNanos() - 1);
        assertThatItAnswers("question 1");
        clock.addAndGet(1);
        assertThatItAnswers("question 2");
    }

    @Test
    void afterNewsTheEngineIsAskedAnew() {
        assertThatItAnswers("question 1");
        look.forget();
        assertThatItAnswers("question 2");
    }

    @Test
    void anEngineThatHangsHoldsOnlyThoseUpWhoAskedWithTheFirst() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        SharedLook slow = new SharedLook(
                () -> {
                    if (asked.incrementAndGet() > 1) {
                        throw new OrchestratorException("answered");
                    }
                    hangs.countDown();
                    try {
                        answers.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                    throw new OrchestratorException("hung");
                },
                clock::get);
        CompletableFuture<@Nullable String> first = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> first.complete(catchThrowable(slow::look).getMessage()));
        hangs.await();
        clock.addAndGet(SharedLook.SAME.toNanos());
        assertThatThrownBy(slow::look).hasMessage("answered");
        answers.countDown();
        assertThat(first.join()).isEqualTo("hung");
    }

    @Test
    void aBoxSeesAtOnceWhatItChangedItself() throws Exception {
        try (FakeEngine engine = new FakeEngine();
                DockerOrchestrator orchestrator = new DockerOrchestrator(engine.host(), (deadline, command) -> "")) {
            assertThat(orchestrator.engine().membership()).isEqualTo(EngineState.Membership.INACTIVE);
            orchestrator.createCluster(InetAddress.getLoopbackAddress(), "10.208.0.0/12");
            assertThat(orchestrator.engine().membership()).isEqualTo(EngineState.Membership.ACTIVE);
        }
    }
}
