package dev.facealign.inference.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.broker.EmbeddedBroker;
import dev.facealign.inference.fixture.RunningService;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** FAULTS row 11, in full: a thousand reloads under load leave nothing behind. */
@Tag("faults")
@Timeout(1200)
class ManyReloadsTest {
  private static final Logger log = LoggerFactory.getLogger(ManyReloadsTest.class);
  private static final long MIB = 1 << 20;

  @Test
  void aThousandReloadsLeaveNothingBehind(@TempDir Path folder) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
        RunningService service =
            RunningService.start(
                broker.bootstrapServers(), folder, Map.of("facealign.inference.models.kept", 1))) {
      // Given what three hundred leave behind: compiled code, pools, the heap's and allocators'
      // reserves. Resident memory is looked at before a collection, which gives some of it back.
      Reloads reloads = new Reloads(service);
      reloads.change(300);
      long resident = Memory.resident();
      long heap = Memory.heapAfterCollection();
      long descriptors = Memory.descriptors();
      long threads = Memory.threads();

      // When
      reloads.change(1_000);

      // Then
      long residentGrowth = Memory.resident() - resident;
      long heapGrowth = Memory.heapAfterCollection() - heap;
      log.info(
          "after 1000 reloads heap_growth_mib={} resident_growth_mib={} descriptors={}->{} threads={}->{}",
          heapGrowth / MIB,
          residentGrowth / MIB,
          descriptors,
          Memory.descriptors(),
          threads,
          Memory.threads());
      assertThat(heapGrowth).isLessThan(32 * MIB);
      assertThat(residentGrowth).isLessThan(200 * MIB);
      assertThat(Memory.descriptors() - descriptors).isLessThan(20);
      assertThat(Memory.threads() - threads).isLessThan(20);
    }
  }
}
