package dev.rwo.ci.lab.net;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Holds frames back until their time has come. */
final class DelayLine implements AutoCloseable {

    /** 1 s of 500 Mbit/s; what does not fit is lost, as in any router. */
    private static final long MOST_BYTES = 64L << 20;

    private final DelayQueue<Late> queue = new DelayQueue<>();
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong order = new AtomicLong();
    private final Delivery delivery;
    private final Thread thread;

    /** Where frames go in the end. */
    @FunctionalInterface
    interface Delivery {
        void deliver(int to, ByteBuffer frame);
    }

    DelayLine(Delivery delivery) {
        this.delivery = delivery;
        this.thread = Thread.ofPlatform().daemon().name("lab-delay").start(this::run);
    }

    /** A copy of a frame, on its way; those due at the same time keep their order. */
    private record Late(int to, ByteBuffer frame, long due, long number) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Late that = (Late) other;
            int sooner = Long.compare(due - that.due, 0);
            return sooner != 0 ? sooner : Long.compare(number, that.number);
        }
    }

    /** Answers whether there was room. */
    boolean add(int to, ByteBuffer frame, Duration delay) {
        int length = frame.limit();
        if (held.addAndGet(length) > MOST_BYTES) {
            held.addAndGet(-length);
            return false;
        }
        ByteBuffer copy = ByteBuffer.allocate(length).put(0, frame, 0, length);
        queue.add(new Late(to, copy, System.nanoTime() + delay.toNanos(), order.getAndIncrement()));
        return true;
    }

    private void run() {
        try {
            while (true) {
                Late next = queue.take();
                held.addAndGet(-next.frame().limit());
                delivery.deliver(next.to(), next.frame());
            }
        } catch (InterruptedException closed) {
            queue.clear();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
