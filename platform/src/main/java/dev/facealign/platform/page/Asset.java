package dev.facealign.platform.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A style sheet or script that stands inside every page.
 *
 * @param text as it is in the page, between the tags
 */
record Asset(String text) {

  /** A resource beside this class. */
  static Asset read(String name) {
    try (InputStream in = Asset.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource: " + name + " (expected: beside this class)");
      }
      return new Asset(new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a content security policy knows it by: over all that stands between its tags. */
  String policySource() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("\n" + text).getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
