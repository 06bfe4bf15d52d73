package dev.facealign.dataset.inspect;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where content was seen first, by 128 bits of its SHA-256. Of more than {@value #MOST}
 * contents it knows the first ones.
 */
final class FirstSeen {
  static final int MOST = 500_000;

  private final Map<Key, Place> places = new HashMap<>();
  private boolean full;

  /** 128 bits of a hash. */
  record Key(long high, long low) {
    static Key of(ByteBuffer content) {
      MessageDigest digest = sha256();
      digest.update(content);
      ByteBuffer hash = ByteBuffer.wrap(digest.digest());
      return new Key(hash.getLong(), hash.getLong());
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** Whose content it was. */
  record Place(String faceId, String pictureId, String split) {}

  /** Who had the same content before; null for the first one. */
  @Nullable Place before(Key key, Place place) {
    Place first = places.get(key);
    if (first == null) {
      if (places.size() < MOST) {
        places.put(key, place);
      } else {
        full = true;
      }
    }
    return first;
  }

  /** Whether there was more than it could remember. */
  boolean isFull() {
    return full;
  }
}
