# A raw page: the story, its teasers and credit; every line explained.
cat >page.txt <<'END'
Council turns old mill into a library

The council of Port Ellis decided on Monday evening, after a long debate, that the old mill by the
river will become a library with a reading room for children. The work begins in spring.
It will cost four million crowns, said the mayor, Ines Calder, of which the region pays one half.
Source: Harbour Post

Related
Otter moves into the fountain of the parliament
Otter moves into the fountain of the parliament
An otter has moved into the fountain, and the water has been switched off so that it can sleep.
Read more
END
"$samestory" split -q page.txt
"$samestory" split -q --explain page.txt
"$samestory" cluster -q --format page page.txt
exec 2>&1
: >empty.txt
expect_status 0 "$samestory" split -q empty.txt
expect_status 4 "$samestory" split -q missing.txt
