package dev.facealign.cli.standalone;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** Asks a program whether it can be used. */
interface Readiness {
  /** How long one question may take, milliseconds. */
  int PATIENCE_MS = 1000;

  /** Whether it can be used now. Returns within a second or so, and never fails. */
  boolean isReady();

  /** Ready when something accepts connections. */
  static Readiness accepting(String host, int port) {
    return () -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), PATIENCE_MS);
        return true;
      } catch (IOException e) {
        return false;
      }
    };
  }

  /** Ready when the gRPC health service says SERVING for the whole server. */
  static Readiness serving(String host, int port) {
    Readiness accepting = accepting(host, port);
    return () -> {
      if (!accepting.isReady()) {
        return false;
      }
      ManagedChannel channel = ManagedChannelBuilder.forAddress(host, port).usePlaintext().build();
      try {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus()
            == ServingStatus.SERVING;
      } catch (StatusRuntimeException e) {
        return false;
      } finally {
        channel.shutdownNow();
      }
    };
  }
}
