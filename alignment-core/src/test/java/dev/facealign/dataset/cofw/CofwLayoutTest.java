package dev.facealign.dataset.cofw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facealign.dataset.FaceSample;
import dev.facealign.dataset.FaceSink;
import dev.facealign.dataset.SplitReader;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.geometry.Box;
import dev.facealign.image.ImageDecoder;
import dev.facealign.image.ImageLimits;
import dev.facealign.image.RgbImage;
import dev.facealign.landmark.LandmarkScheme;
import dev.facealign.testkit.SharedDatasets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The .mat files are this test's resources: noise, written by libhdf5 (make.py beside them). */
class CofwLayoutTest {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  @TempDir Path folder;

  @Test
  void readsPointsBoxesAndFlags() throws IOException {
    // Given
    put("train.mat", "train");

    // When
    List<FaceSample> faces = read("train");

    // Then: the values are h5py's
    assertThat(faces)
        .extracting(FaceSample::id)
        .containsExactly("train/0001", "train/0002", "train/0003");
    FaceSample first = faces.get(0);
    assertThat(first.annotation()).isEqualTo("noise/COFW_train_color.mat: phisTr row 1");
    assertThat(first.landmarks().count()).isEqualTo(29);
    assertThat(first.landmarks().x(0)).isEqualTo(15.355);
    assertThat(first.landmarks().x(1)).isEqualTo(28.514);
    assertThat(first.occluded()).contains(bits(2, 5, 8, 10, 13, 20, 24, 25));
    assertThat(faces.get(2).box()).contains(new Box(2.201, 3.1, 20.37, 11.301));
    assertThat(faces).extracting(FaceSample::pictureId).doesNotHaveDuplicates();
    assertThat(faces).allMatch(FaceSample::hasPicture);
  }

  @Test
  void readsPicturesUprightInColourAndGrey() throws IOException {
    // Given
    put("train.mat", "train");

    // When
    List<RgbImage> pictures =
        read("train").stream().map(face -> face.readPicture(DECODER)).toList();

    // Then: the values are h5py's
    RgbImage colour = pictures.get(0);
    assertThat(new int[] {colour.width(), colour.height()}).containsExactly(12, 14);
    assertThat(Stream.of(0, 1, 2, 3, 4, 5).map(y -> colour.sample(0, y, 0)))
        .containsExactly(152, 24, 202, 130, 244, 25);
    assertThat(sum(colour)).isEqualTo(67015);
    assertThat(sum(pictures.get(1))).isEqualTo(64204);
    RgbImage grey = pictures.get(2);
    assertThat(new int[] {grey.width(), grey.height()}).containsExactly(16, 9);
    assertThat(Stream.of(0, 1, 2).map(channel -> grey.sample(0, 1, channel)))
        .containsExactly(140, 140, 140);
    assertThat(sum(grey)).isEqualTo(3 * 19219);
  }

  @Test
  void encodesPicturesWithoutLoss() throws IOException {
    // Given
    put("train.mat", "train");

    for (FaceSample face : read("train")) {
      // When
      RgbImage decoded = DECODER.decode(face.readEncodedPicture());

      // Then
      assertThat(decoded.rgb()).isEqualTo(face.readPicture(DECODER).rgb());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.mat",
        "shuffled.mat",
        "no-user-block.mat",
        "single.mat",
        "column-of-cells.mat"
      })
  void readsWhateverOtherProgramsWrite(String resource) throws IOException {
    // Given
    put("train.mat", "train");
    List<FaceSample> usual = read("train");
    List<byte[]> pictures = usual.stream().map(face -> face.readPicture(DECODER).rgb()).toList();
    put(resource, "train");

    // When
    List<FaceSample> faces = read("train");

    // Then
    assertThat(faces).isNotEmpty();
    for (int i = 0; i < faces.size(); i++) {
      assertThat(faces.get(i).readPicture(DECODER).rgb()).isEqualTo(pictures.get(i));
    }
    // Random numbers were drawn for as many faces as there are: x of the first is always the same.
    assertThat(faces.get(0).landmarks().x(0))
        .isCloseTo(usual.get(0).landmarks().x(0), within(1e-6));
  }

  @Test
  void knowsTheSplitsThatAreThere() throws IOException {
    // Given
    put("test.mat", "test");
    CofwLayout layout = new CofwLayout();

    // Then
    assertThat(layout.evidence(folder)).contains("COFW_test_color.mat");
    assertThat(layout.splits(folder)).containsExactly("test");
    assertThat(open("all").expectedFaces()).isEqualTo(1345 + 507);
    assertThat(open("all").total()).isEqualTo(1);
    assertThat(open("test").expectedFaces()).isEqualTo(507);
    assertThatThrownBy(() -> open("train"))
        .hasMessage(
            "dataset noise: split train has no faces (expected: COFW_train_color.mat; there are [test])");
    assertThatThrownBy(() -> open("common"))
        .hasMessage("dataset.split: common (expected: one of [train, test, all])");
  }

  @Test
  void readsBothFilesAsAll() throws IOException {
    // Given
    put("train.mat", "train");
    put("test.mat", "test");

    // Then
    assertThat(read("all"))
        .extracting(FaceSample::id)
        .containsExactly("train/0001", "train/0002", "train/0003", "test/0001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "points-68.mat        | : phisTr: 2 x 204 double (expected: N x 87 double: all x, all y, all occlusion flags of 29 points)",
        "not-transposed.mat   | : phisTr: 87 x 2 double (expected: N x 87 double",
        "integers.mat         | : phisTr: 2 x 87 int32 (expected: N x 87 double",
        "no-boxes.mat         | : variables [#refs#, IsTr, phisTr] (expected: a variable bboxesTr)",
        "no-pictures.mat      | : variables [bboxesTr, phisTr] (expected: a variable IsTr)",
        "test.mat             | : variables [#refs#, IsT, bboxesT, phisT] (expected: a variable phisTr)",
        "boxes-short.mat      | : bboxesTr: 1 rows (expected: 2, as many as phis)",
        "boxes-of-three.mat   | : bboxesTr: 2 x 3 double (expected: N x 4 double: x, y, width, height)",
        "cells-short.mat      | : IsTr: 1 cells (expected: 2, as many as rows of phis)",
        "cells-numbers.mat    | : IsTr: 2 x 1 double (expected: N x 1 cell)",
        "empty-cell.mat       | : IsTr row 2: an empty cell (expected: a picture",
        "picture-double.mat   | : IsTr row 2: 5 x 6 double (expected: a picture: height x width x 3 or height x width uint8)",
        "picture-uint16.mat   | : IsTr row 1: 5 x 6 x 3 uint16 (expected: a picture",
        "picture-two-channels.mat | : IsTr row 2: 5 x 6 x 2 uint8 (expected: a picture",
        "picture-no-width.mat | : IsTr row 2: 5 x 0 x 3 uint8 (expected: 1 to 16384 pixels a side)",
        "picture-vast.mat     | : IsTr row 2: 10 x 20000 x 3 uint8 (expected: 1 to 16384 pixels a side)",
        "picture-many-pixels.mat | : IsTr row 2: 9000 x 9000 x 3 uint8 (expected: <= 24000000 pixels in all)",
        "newer-hdf5.mat       | : HDF5 with superblock version 3"
      })
  void refusesByName(String resource, String message) throws IOException {
    // Given
    put(resource, "train");

    // Then
    assertThatThrownBy(() -> read("train"))
        .isInstanceOfSatisfying(
            FaultException.class,
            fault -> {
              assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
              assertThat(fault.reason()).isEqualTo("ANNOTATION_INVALID");
            })
        .hasMessageStartingWith("noise/COFW_train_color.mat" + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "phis   | 1 | 4  | NaN      | : phisTr row 2: x of point 4 NaN (expected: a finite number",
        "phis   | 0 | 57 | Infinity | : phisTr row 1: y of point 28 Infinity (expected: a finite number",
        "phis   | 2 | 65 | 2        | : phisTr row 3: occlusion flag 2.0 of point 7 (expected: 0 or 1)",
        "phis   | 2 | 86 | NaN      | : phisTr row 3: occlusion flag NaN of point 28 (expected: 0 or 1)",
        "bboxes | 0 | 2  | 0        | : bboxesTr row 1: width 0.0",
        "bboxes | 1 | 3  | -3       | : bboxesTr row 2: width",
        "bboxes | 2 | 1  | NaN      | : bboxesTr row 3: y NaN (expected: a finite number"
      })
  void refusesNumbersByRow(String variable, int row, int column, double value, String message)
      throws IOException {
    // Given
    byte[] file = resource("plain.mat");
    put("plain.mat", "train");
    double first = variable.equals("phis") ? 15.355 : read("train").get(0).box().orElseThrow().x();
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putDouble(indexOf(file, first) + 8 * (3 * column + row), value);
    Files.write(folder.resolve("COFW_train_color.mat"), file);
    List<FaceSample> sound = new ArrayList<>();
    List<FaultException> faults = new ArrayList<>();

    // When
    open("train").read(collecting(sound, faults));

    // Then: the other rows are read all the same
    assertThat(faults)
        .singleElement()
        .satisfies(
            fault ->
                assertThat(fault.getMessage()).startsWith("noise/COFW_train_color.mat" + message));
    assertThat(sound).hasSize(2);
  }

  @Test
  void refusesAPictureThatWasNeverWritten() throws IOException {
    // Given
    put("picture-unwritten.mat", "train");
    FaceSample face = read("train").get(1);

    // Then
    assertThatThrownBy(() -> face.readPicture(DECODER))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.reason()).isEqualTo("IMAGE_UNREADABLE"))
        .hasMessageStartingWith(
            "noise/COFW_train_color.mat: IsTr row 2: damaged (the data's address is missing)");
  }

  @Test
  void refusesCompressionThatMatlabDoesNotWrite() throws IOException {
    // Given
    put("lzf.mat", "train");

    // Then
    assertThatThrownBy(() -> read("train"))
        .hasMessageStartingWith(
            "noise/COFW_train_color.mat: IsTr row 1: damaged (filter 32000 instead of deflate)");
  }

  @Test
  void refusesATruncatedFileWhateverItsLength() throws IOException {
    // Given
    byte[] whole = resource("train.mat");
    for (int length = 0; length < whole.length; length += 311) {
      Files.write(folder.resolve("COFW_train_color.mat"), Arrays.copyOf(whole, length));

      // Then
      assertThatThrownBy(() -> read("train"))
          .isInstanceOfSatisfying(
              FaultException.class,
              fault -> assertThat(fault.reason()).isEqualTo("ANNOTATION_INVALID"))
          .hasMessageStartingWith("noise/COFW_train_color.mat: " + length + " bytes");
    }
  }

  @Test
  void refusesAPictureOfAFileThatWasTruncatedMeanwhile() throws IOException {
    // Given
    put("train.mat", "train");
    FaceSample face = read("train").get(2);
    Files.write(
        folder.resolve("COFW_train_color.mat"), Arrays.copyOf(resource("train.mat"), 10_000));

    // Then
    assertThatThrownBy(() -> face.readPicture(DECODER))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.reason()).isEqualTo("IMAGE_UNREADABLE"))
        .hasMessageStartingWith("noise/COFW_train_color.mat: IsTr row 3: 10000 bytes");
  }

  @Test
  void saysThatAPicturesFileIsGone() throws IOException {
    // Given
    put("train.mat", "train");
    FaceSample face = read("train").get(0);
    Files.delete(folder.resolve("COFW_train_color.mat"));

    // Then
    assertThatThrownBy(() -> face.readPicture(DECODER))
        .isInstanceOfSatisfying(
            FaultException.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NOT_FOUND))
        .hasMessageContaining("noise/COFW_train_color.mat: IsTr row 1");
  }

  @Test
  void readsOrRefusesAFileWithFlippedBits() throws IOException {
    // Given
    byte[] whole = resource("train.mat");
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] flipped = whole.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(folder.resolve("COFW_train_color.mat"), flipped);

      // When
      List<FaceSample> faces = new ArrayList<>();
      List<FaultException> faults = new ArrayList<>();
      open("train").read(collecting(faces, faults));
      for (FaceSample face : faces) {
        try {
          face.readPicture(DECODER);
        } catch (FaultException e) {
          faults.add(e);
        }
      }

      // Then: nothing but a fault was thrown, and each names the file
      assertThat(faults)
          .allSatisfy(fault -> assertThat(fault).hasMessageContaining("COFW_train_color.mat"));
      refused += faults.isEmpty() ? 0 : 1;
    }
    assertThat(refused).isBetween(20, 140);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no HDF5 at all", "MATLAB 5.0 MAT-file, Platform: GLNXA64"})
  void refusesWhatIsNoMatlabFile(String content) throws IOException {
    // Given
    Files.writeString(folder.resolve("COFW_train_color.mat"), content);

    // Then
    assertThatThrownBy(() -> read("train"))
        .hasMessage(
            "noise/COFW_train_color.mat: "
                + content.length()
                + " bytes without the signature of HDF5 (expected: a MATLAB 7.3 file)");
  }

  @Test
  void readsPicturesInManyThreads() throws Exception {
    // Given
    put("train.mat", "train");
    List<FaceSample> faces = read("train");
    List<byte[]> expected = faces.stream().map(face -> face.readPicture(DECODER).rgb()).toList();
    List<Callable<Boolean>> readings = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int at = i % faces.size();
      readings.add(() -> Arrays.equals(faces.get(at).readPicture(DECODER).rgb(), expected.get(at)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      // When
      List<Future<Boolean>> results = threads.invokeAll(readings);

      // Then
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void leavesNoFileOpenOrMapped() throws IOException {
    // Given
    put("train.mat", "train");

    // When
    for (FaceSample face : read("train")) {
      face.readPicture(DECODER);
    }
    put("picture-unwritten.mat", "train");
    FaceSample unwritten = read("train").get(1);
    assertThatThrownBy(() -> unwritten.readPicture(DECODER)).isInstanceOf(FaultException.class);
    put("no-boxes.mat", "train");
    assertThatThrownBy(() -> read("train")).isInstanceOf(FaultException.class);

    // Then
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(descriptors.map(CofwLayoutTest::target)).noneMatch(file -> file.endsWith(".mat"));
    }
    assertThat(Files.readAllLines(Path.of("/proc/self/maps")))
        .noneMatch(mapping -> mapping.endsWith(".mat"));
  }

  @Test
  void readsLfpw29() {
    // Given
    Path lfpw29 = SharedDatasets.require("lfpw29-cofw-format");

    // When
    List<FaceSample> train = read(lfpw29, "train");
    List<FaceSample> test = read(lfpw29, "test");

    // Then: the values are h5py's
    assertThat(train).hasSize(150);
    assertThat(test).hasSize(71);
    assertThat(train.get(0).landmarks().x(0)).isCloseTo(80.66870748, within(1e-8));
    assertThat(train.get(0).landmarks().y(28)).isCloseTo(169.594763, within(1e-6));
    assertThat(train.get(0).box().orElseThrow().width()).isCloseTo(92.73762612, within(1e-8));
    assertThat(Stream.concat(train.stream(), test.stream()))
        .allSatisfy(face -> assertThat(face.occluded()).contains(new BitSet()))
        .allSatisfy(face -> assertThat(face.box()).isPresent());
    for (List<FaceSample> faces : List.of(train, test)) {
      for (int i = 0; i < faces.size(); i++) {
        RgbImage picture = faces.get(i).readPicture(DECODER);
        if (i % 10 == 0) {
          assertThat(isGrey(picture)).as(faces.get(i).id()).isTrue();
        }
        assertThat(faces.get(i).landmarks().boundingBox().right()).isLessThan(picture.width());
        assertThat(faces.get(i).landmarks().boundingBox().bottom()).isLessThan(picture.height());
      }
    }
  }

  private static boolean isGrey(RgbImage picture) {
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
        return false;
      }
    }
    return true;
  }

  private static long sum(RgbImage picture) {
    long sum = 0;
    for (byte sample : picture.rgb()) {
      sum += Byte.toUnsignedInt(sample);
    }
    return sum;
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    Arrays.stream(set).forEach(bits::set);
    return bits;
  }

  private static FaceSink collecting(List<FaceSample> faces, List<FaultException> faults) {
    return new FaceSink() {
      @Override
      public void face(FaceSample face) {
        faces.add(face);
      }

      @Override
      public void fault(FaultException fault) {
        faults.add(fault);
      }
    };
  }

  private SplitReader open(String split) {
    return open(folder, split);
  }

  private static SplitReader open(Path dataset, String split) {
    return new CofwLayout().open(dataset, "noise", split, LandmarkScheme.COFW_29);
  }

  private List<FaceSample> read(String split) {
    return read(folder, split);
  }

  private static List<FaceSample> read(Path dataset, String split) {
    List<FaceSample> faces = new ArrayList<>();
    open(dataset, split).read(FaceSink.strict(faces::add));
    return faces;
  }

  private void put(String resource, String split) throws IOException {
    Files.write(folder.resolve("COFW_" + split + "_color.mat"), resource(resource));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = CofwLayoutTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static int indexOf(byte[] file, double value) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i <= file.length - Double.BYTES; i++) {
      if (bytes.getDouble(i) == value) {
        return i;
      }
    }
    throw new AssertionError(value + " is not in the file");
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // The one that lists them is closed by now.
      return "";
    }
  }
}
