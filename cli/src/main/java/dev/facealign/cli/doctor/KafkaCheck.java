package dev.facealign.cli.doctor;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Whether a Kafka broker listens at an address, and is new enough. It is asked which requests it
 * knows (ApiVersions, Kafka's protocol guide), which every broker answers at once and to everybody.
 */
final class KafkaCheck implements Check {
  private static final String NAME = "Kafka";
  private static final int TIMEOUT_MS = 3_000;
  private static final int LONGEST_ANSWER = 1 << 16;
  private static final short API_VERSIONS = 18;
  private static final short SHARE_FETCH = 78;

  /** The version with renewals, which long jobs need; Kafka 4.2 brought it. */
  private static final short RENEWALS = 2;

  private final String address;

  /**
   * @param address HOST:PORT; of several, separated by commas, the first
   */
  KafkaCheck(String address) {
    this.address = address.split(",", 2)[0].strip();
  }

  @Override
  public Finding look() {
    int colon = address.lastIndexOf(':');
    int port;
    try {
      port = Integer.parseInt(address.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = 0;
    }
    if (colon < 1 || port < 1 || port > 65_535) {
      return Finding.problem(NAME, address, "give HOST:PORT, such as 127.0.0.1:19092");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.substring(0, colon), port), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      return speak(socket);
    } catch (IOException e) {
      return Finding.problem(
          NAME, address + ": " + e.getMessage(), "start Kafka there, or correct the address");
    }
  }

  private Finding speak(Socket socket) {
    try {
      short newest = newestShareFetch(socket);
      return newest >= RENEWALS
          ? Finding.ok(NAME, address + ", 4.2 or newer")
          : Finding.problem(
              NAME, address + " is older than 4.2", "update it: jobs are taken as a share group");
    } catch (IOException e) {
      return Finding.warning(
          NAME,
          address + " listens, and does not answer in Kafka's plain protocol",
          "see that it is Kafka; where it wants TLS or a password, set facealign.kafka.client.*");
    }
  }

  /** The newest version of ShareFetch that the broker knows; -1 where it knows none. */
  private static short newestShareFetch(Socket socket) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(10); // bytes that follow
    out.writeShort(API_VERSIONS);
    out.writeShort(0); // version of this request
    out.writeInt(1); // comes back in the answer
    out.writeShort(-1); // no client id
    out.flush();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int length = in.readInt();
    if (length < 10 || length > LONGEST_ANSWER) {
      throw new IOException("answer of " + length + " bytes");
    }
    if (in.readInt() != 1 || in.readShort() != 0) {
      throw new IOException("not an answer to ApiVersions");
    }
    short newest = -1;
    for (int left = in.readInt(); left > 0; left--) {
      short request = in.readShort();
      in.readShort();
      short largest = in.readShort();
      if (request == SHARE_FETCH) {
        newest = largest;
      }
    }
    return newest;
  }
}
