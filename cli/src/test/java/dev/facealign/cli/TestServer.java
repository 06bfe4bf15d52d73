package dev.facealign.cli;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import java.io.IOException;

/** A real gRPC server on a free port, for services written in a test. */
public final class TestServer implements AutoCloseable {
  private final Server server;

  public TestServer(BindableService... services) throws IOException {
    this(0, services);
  }

  public TestServer(int port, BindableService... services) throws IOException {
    ServerBuilder<?> builder = ServerBuilder.forPort(port).maxInboundMessageSize(16 << 20);
    for (BindableService service : services) {
      builder.addService(service);
    }
    server = builder.build().start();
  }

  public int port() {
    return server.getPort();
  }

  public String address() {
    return "127.0.0.1:" + port();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
