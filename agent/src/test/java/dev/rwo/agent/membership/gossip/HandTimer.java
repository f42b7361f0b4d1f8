package dev.rwo.agent.membership.gossip;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Time that passes when the test says so. */
final class HandTimer implements Scheduler {
    private final Map<Runnable, Long> due = new HashMap<>();
    private long now;

    void pass(Duration time) {
        now += time.toNanos();
        List<Runnable> ripe = due.entrySet().stream()
                .filter(task -> task.getValue() <= now)
                .map(Map.Entry::getKey)
                .toList();
        ripe.forEach(task -> {
            due.remove(task);
            task.run();
        });
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        due.put(task, now + unit.toNanos(delay));
        return Disposables.composite(() -> due.remove(task));
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException("nothing here has a thread of its own");
    }
}
