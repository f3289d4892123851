"""What was known of each customer on a day, as numbers a learner can use: nothing dated later enters them."""
