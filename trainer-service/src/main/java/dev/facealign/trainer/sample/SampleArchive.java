package dev.facealign.trainer.sample;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.platform.artifact.ArtifactKind;
import dev.facealign.platform.artifact.ArtifactSource;
import dev.facealign.platform.artifact.ArtifactStore;
import dev.facealign.platform.artifact.ContentHash;
import dev.facealign.trainer.run.EpochSamples;
import dev.facealign.trainer.run.SampleFaces;
import dev.facealign.v1.SampledFace;
import dev.facealign.v1.SampledFaces;
import dev.facealign.v1.SampledPrediction;
import dev.facealign.v1.SampledPredictions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sample predictions in the artifact store, which the workers of all machines share: the faces of a
 * job once, and a small artifact an epoch, {@code <job>/epoch-<e>-<hash>}. Keys have the content's
 * hash, so that an attempt that does an epoch again never meets what another one wrote.
 */
public final class SampleArchive {
  private static final String FACES = "faces.binpb";
  private static final String PREDICTIONS = "predictions.binpb";
  private static final int HASH_CHARACTERS = 16;

  /** Of a run with more epochs than so many, about half as many or more are kept. */
  private static final int SOME = 200;

  /** Labels span [-0.5, 0.5]. */
  private static final float TO_SHARES = 0.5f;

  private final ArtifactStore store;

  public SampleArchive(ArtifactStore store) {
    this.store = store;
  }

  /** Begins to keep a job's samples. */
  public Job of(String jobId) {
    return new Job(jobId);
  }

  /** Keeps the samples of one job. Used by one thread. */
  public final class Job {
    private final String jobId;
    private @Nullable SampleFaces known;
    private String facesKey = "";

    private Job(String jobId) {
      this.jobId = jobId;
    }

    /**
     * Keeps what an epoch came to. Of a long run, only some epochs are kept, evenly.
     *
     * @param epoch from 1
     * @param epochs of the run
     * @return the artifact's key; empty where nothing is to be kept
     * @throws FaultException UNAVAILABLE, RESOURCE_EXHAUSTED: nothing is kept
     */
    public String keep(int epoch, int epochs, EpochSamples samples) {
      boolean ofThese = epoch == 1 || epoch == epochs || epoch % (epochs / SOME + 1) == 0;
      if (!ofThese || samples.faces().size() == 0) {
        return "";
      }
      if (!samples.faces().equals(known)) {
        facesKey = publish("faces", FACES, message(samples.faces()));
        known = samples.faces();
      }
      SampledPredictions.Builder predictions = SampledPredictions.newBuilder().setFaces(facesKey);
      for (EpochSamples.Prediction predicted : samples.predictions()) {
        SampledPrediction.Builder one = SampledPrediction.newBuilder().setNme(predicted.nme());
        predicted.labels().forEach(label -> one.addPoints(label + TO_SHARES));
        predictions.addPredictions(one);
      }
      return publish(
          String.format(Locale.ROOT, "epoch-%05d", epoch), PREDICTIONS, predictions.build());
    }

    private String publish(String name, String file, MessageLite message) {
      byte[] content = message.toByteArray();
      String key =
          jobId + "/" + name + "-" + ContentHash.sha256(content).substring(0, HASH_CHARACTERS);
      store.publish(ArtifactKind.SAMPLES, key, Map.of(file, ArtifactSource.bytes(content)));
      return key;
    }
  }

  private static SampledFaces message(SampleFaces faces) {
    SampledFaces.Builder message = SampledFaces.newBuilder();
    for (int place = 0; place < faces.size(); place++) {
      SampledFace.Builder face =
          SampledFace.newBuilder()
              .setFaceId(faces.id(place))
              .setJpeg(ByteString.copyFrom(faces.jpeg(place)));
      for (double label : faces.labels(place)) {
        face.addPoints((float) label + TO_SHARES);
      }
      message.addFaces(face);
    }
    return message.build();
  }

  /**
   * What an epoch came to.
   *
   * @throws FaultException NOT_FOUND; DATA_LOSS; UNAVAILABLE
   */
  public SampledPredictions predictions(String key) {
    return read(key, PREDICTIONS, SampledPredictions.parser());
  }

  /**
   * The faces of predictions.
   *
   * @param key as predictions tell it
   * @throws FaultException NOT_FOUND; DATA_LOSS; UNAVAILABLE
   */
  public SampledFaces faces(String key) {
    return read(key, FACES, SampledFaces.parser());
  }

  private <M> M read(String key, String file, Parser<M> parser) {
    try {
      return parser.parseFrom(Files.readAllBytes(store.open(ArtifactKind.SAMPLES, key).file(file)));
    } catch (InvalidProtocolBufferException e) {
      throw FaultException.of(
          FaultKind.DATA_LOSS,
          "SAMPLES_DAMAGED",
          "samples " + key + ": " + file + " is no message (expected: as it was written)",
          e);
    } catch (IOException e) {
      throw FaultException.of(
          FaultKind.UNAVAILABLE,
          "STORE_UNAVAILABLE",
          "artifact store: cannot read samples " + key + ": " + e,
          e);
    }
  }
}
