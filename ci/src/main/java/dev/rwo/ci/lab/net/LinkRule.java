package dev.rwo.ci.lab.net;

import java.time.Duration;

/**
 * What happens to frames from one port to another. The way back has a rule of its own.
 *
 * @param cut whether nothing passes
 * @param loss the share of frames that is lost, 0 to 1
 * @param delay how much later a frame arrives
 */
public record LinkRule(boolean cut, double loss, Duration delay) {

    /** Everything passes at once. */
    public static final LinkRule PERFECT = new LinkRule(false, 0, Duration.ZERO);

    /** Checks the ranges. */
    public LinkRule {
        if (!(loss >= 0 && loss <= 1)) {
            throw new IllegalArgumentException("loss is a share from 0 to 1, not " + loss);
        }
        if (delay.isNegative() || delay.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("a delay is from 0 to 60 s, not " + delay);
        }
    }

    /** The same, cut or mended. */
    public LinkRule withCut(boolean nowCut) {
        return new LinkRule(nowCut, loss, delay);
    }

    /** The same with another loss. */
    public LinkRule withLoss(double share) {
        return new LinkRule(cut, share, delay);
    }

    /** The same with another delay. */
    public LinkRule withDelay(Duration time) {
        return new LinkRule(cut, loss, time);
    }
}
