package dev.facealign.image;

import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;

/** Reads the orientation out of an EXIF block. */
final class ExifOrientation {
  /** "Exif" and two zero bytes stand before the block in a JPEG. */
  static final int PREAMBLE_LENGTH = 6;

  private ExifOrientation() {}

  /**
   * The orientation.
   *
   * @param file holds the block, a TIFF header and what follows
   * @param tiffHeader index of the header
   * @return upright where the block has none or is damaged: a picture is worth more than its
   *     metadata
   */
  static Orientation read(byte[] file, int tiffHeader) {
    Metadata metadata = new Metadata();
    new ExifReader().extract(new ByteArrayReader(file, tiffHeader), metadata, 0);
    ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer tag =
        directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
    return tag == null ? Orientation.UPRIGHT : Orientation.ofTag(tag);
  }
}
