package dev.rwo.agent.upgrade.source;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks a source for whole pieces and keeps the last few: RAUC asks for small ranges, and each question costs a handshake. */
public final class ReadAhead implements BundleSource {

    /** Two megabytes: RAUC reads on from a few places at once, the image and the tree of hashes. */
    private static final int KEPT = 4;

    private final BundleSource source;
    private final long size;
    private final Map<Long, byte[]> pieces = new LinkedHashMap<>(KEPT, 0.75f, true);

    /**
     * Of this source.
     *
     * @throws IOException when it has no such bundle
     */
    public ReadAhead(BundleSource source) throws IOException {
        this.source = source;
        this.size = source.size();
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public byte[] read(long offset, int length) throws IOException {
        byte[] wanted = new byte[length];
        for (int done = 0; done < length; ) {
            long at = offset + done;
            byte[] piece = piece(at / PIECE);
            int inside = (int) (at % PIECE);
            int count = Math.min(length - done, piece.length - inside);
            System.arraycopy(piece, inside, wanted, done, count);
            done += count;
        }
        return wanted;
    }

    /** One at a time: the second who needs the same piece finds it here. */
    private synchronized byte[] piece(long number) throws IOException {
        byte[] known = pieces.get(number);
        if (known == null) {
            long begin = number * PIECE;
            known = source.read(begin, (int) Math.min(PIECE, size - begin));
            if (pieces.size() == KEPT) {
                pieces.remove(pieces.keySet().iterator().next());
            }
            pieces.put(number, known);
        }
        return known;
    }
}
